#!/usr/bin/env bash
# Undelete videos: delete the delete markers that hide them.
#
#   undelete.sh [--yes] bucket prefix [since]
#
# Lists the deleted videos and sidecars below the prefix, and the sidecars of these videos
# at the root of the bucket. With --yes it undeletes them. "since" is a time in UTC such as
# 2025-06-30T12:00: what was deleted before it is left alone. Needs the aws CLI, jq, and
# the permissions s3:ListBucketVersions and s3:DeleteObjectVersion. It never deletes a
# version of a video.
set -euo pipefail

yes=false
if [[ ${1-} == --yes ]]; then
  yes=true
  shift
fi
if (($# < 2 || $# > 3)); then
  echo "usage: ${0##*/} [--yes] bucket prefix [since]" >&2
  exit 2
fi
bucket=$1 prefix=$2 since=${3-}
day='[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' time='([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?'
if (($# == 3)) && ! [[ $since =~ ^${day}T${time}Z?$ ]]; then
  echo "since is \"$since\", but must be a time in UTC such as 2025-06-30T12:00 or 2025-06-30T12:00:00Z" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

versions() {
  aws s3api list-object-versions --bucket "$bucket" "$@" --output json --query '{
    Versions: Versions[].{Key: Key, LastModified: LastModified},
    DeleteMarkers: DeleteMarkers[].{Key: Key, VersionId: VersionId, LastModified: LastModified, IsLatest: IsLatest}}'
}

# find_deleted writes what is deleted, each key with the markers above its newest version:
# a key that is deleted twice has two. It was deleted at the time of the oldest one.
find_deleted() {
  versions --prefix="$prefix" >"$work/below.json"
  versions --delimiter=/ >"$work/root.json" # FOVEA reads sidecars there alone
  jq --slurp --arg since "${since%Z}" '
    def hidden:
      (reduce (.Versions // [])[] as $v ({}; if $v.LastModified > (.[$v.Key] // "") then .[$v.Key] = $v.LastModified else . end)) as $newest
      | (.DeleteMarkers // []) | group_by(.Key)
      | map(select(any(.[]; .IsLatest)) | .[0].Key as $key
          | map(select(.LastModified >= ($newest[$key] // "")))
          | {Key: $key, Deleted: (map(.LastModified) | min), Lost: ($newest[$key] == null), Objects: map({Key, VersionId})}
          | select(.Deleted[:19] >= $since));
    def is_video: .Key | test("\\.(mp4|webm|ogg|mov|avi|mkv)$"; "i");
    (.[0] | hidden | map(select(is_video or (.Key | test("\\.info\\.json$"; "i"))))) as $below
    | (reduce ($below[] | select(is_video and (.Lost | not)) | .Key | split("/")[-1] | sub("\\.[^.]+$"; ".info.json")) as $key ({}; .[$key] = true)) as $sidecars
    | $below + (.[1] | hidden | map(select($sidecars[.Key])))
    | unique_by(.Key)' "$work/below.json" "$work/root.json" >"$work/deleted.json"
  jq 'map(select(.Lost | not))' "$work/deleted.json" >"$work/hidden.json"
}

find_deleted
jq --raw-output '.[] | "\(.Deleted)  \(.Key)"' "$work/hidden.json"
jq --raw-output '.[] | select(.Lost) | "\(.Key) has no version left: copy it from the backup"' "$work/deleted.json" >&2
echo "$(jq length "$work/hidden.json") deleted below $bucket/$prefix, with their sidecars" >&2
if ! $yes; then
  exit 0
fi

# A request takes at most 1,000 markers.
jq --compact-output 'map(.Objects[]) | range(0; length; 1000) as $from | {Objects: .[$from:$from + 1000]}' "$work/hidden.json" >"$work/requests"
while IFS= read -r request; do
  printf '%s' "$request" >"$work/request.json"
  aws s3api delete-objects --bucket "$bucket" --delete "file://$work/request.json" --output json >"$work/answer.json"
  if jq --exit-status '.Errors // [] | length > 0' "$work/answer.json" >/dev/null; then
    jq --raw-output '.Errors[] | "\(.Key): \(.Code): \(.Message)"' "$work/answer.json" >&2
    exit 1
  fi
done <"$work/requests"

find_deleted
if jq --exit-status 'length > 0' "$work/hidden.json" >/dev/null; then
  jq --raw-output '.[] | "\(.Key) is still deleted"' "$work/hidden.json" >&2
  exit 1
fi
