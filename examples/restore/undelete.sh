#!/usr/bin/env bash
# Undelete videos: delete the delete markers that hide them.
#
#   undelete.sh [--yes] bucket prefix [since]
#
# Lists the deleted videos and sidecars below the prefix, and with --yes undeletes them.
# "since" is a time such as 2025-06-30T12:00: what was deleted before it is left alone.
# Needs the aws CLI, jq, and the permissions s3:ListBucketVersions and
# s3:DeleteObjectVersion. It never deletes a version of a video.
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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# IsLatest: a marker below a newer version hides nothing.
aws s3api list-object-versions --bucket "$bucket" --prefix "$prefix" --output json \
  --query 'DeleteMarkers[?IsLatest].{Key: Key, VersionId: VersionId, LastModified: LastModified}' |
  jq --arg since "$since" '[(. // [])[]
    | select(.LastModified >= $since)
    | select(.Key | test("\\.(mp4|webm|ogg|mov|avi|mkv|info\\.json)$"; "i"))]' >"$work/markers.json"

jq --raw-output '.[] | "\(.LastModified)  \(.Key)"' "$work/markers.json"
echo "$(jq length "$work/markers.json") deleted below $bucket/$prefix" >&2
if ! $yes; then
  exit 0
fi

# A request takes at most 1,000 keys.
jq --compact-output 'range(0; length; 1000) as $from
  | {Objects: .[$from:$from + 1000] | map({Key, VersionId})}' "$work/markers.json" >"$work/requests"
while IFS= read -r request; do
  printf '%s' "$request" >"$work/request.json"
  aws s3api delete-objects --bucket "$bucket" --delete "file://$work/request.json" --output json >"$work/answer.json"
  if jq --exit-status '.Errors // [] | length > 0' "$work/answer.json" >/dev/null; then
    jq --raw-output '.Errors[] | "\(.Key): \(.Code): \(.Message)"' "$work/answer.json" >&2
    exit 1
  fi
done <"$work/requests"
