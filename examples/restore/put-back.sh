#!/usr/bin/env bash
# Put back an older version of an object: copy it over the current one.
#
#   put-back.sh bucket key version-id
#
# CopyObject takes at most 5 GiB. A larger version is copied in parts, with its headers
# and metadata, but without its tags. Needs the aws CLI, jq, and the permissions
# s3:GetObjectVersion and s3:PutObject; for a larger version s3:AbortMultipartUpload too.
# PART_SIZE, in bytes, is the size of the parts; versions of one part are not split.
set -euo pipefail

if (($# != 3)); then
  echo "usage: ${0##*/} bucket key version-id" >&2
  exit 2
fi
bucket=$1 key=$2 version=$3
source="$bucket/$key?versionId=$version"
part_size=${PART_SIZE:-5368709120}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

aws s3api head-object --bucket "$bucket" --key="$key" --version-id="$version" --output json >"$work/head.json"
size=$(jq .ContentLength "$work/head.json")
if ((size <= part_size)); then
  aws s3api copy-object --bucket "$bucket" --key="$key" --copy-source "$source" --query VersionId --output text
  exit
fi

# What belongs to the old version, without what S3 sets itself.
jq --arg bucket "$bucket" --arg key "$key" '{Bucket: $bucket, Key: $key, Metadata, ContentType,
    CacheControl, ContentDisposition, ContentEncoding, ContentLanguage}
  | with_entries(select(.value != null))' "$work/head.json" >"$work/create.json"
upload=$(aws s3api create-multipart-upload --cli-input-json "file://$work/create.json" --query UploadId --output text)
abort() {
  aws s3api abort-multipart-upload --bucket "$bucket" --key="$key" --upload-id="$upload" || true
  rm -rf "$work"
}
trap abort EXIT

number=0
for ((first = 0; first < size; first += part_size)); do
  last=$((first + part_size - 1))
  ((last < size)) || last=$((size - 1))
  number=$((number + 1))
  aws s3api upload-part-copy --bucket "$bucket" --key="$key" --upload-id="$upload" --part-number "$number" \
    --copy-source "$source" --copy-source-range "bytes=$first-$last" --output json |
    jq --compact-output --argjson number "$number" '{PartNumber: $number, ETag: .CopyPartResult.ETag}' >>"$work/parts"
done
jq --slurp '{Parts: .}' "$work/parts" >"$work/complete.json"
aws s3api complete-multipart-upload --bucket "$bucket" --key="$key" --upload-id="$upload" \
  --multipart-upload "file://$work/complete.json" --query VersionId --output text
trap 'rm -rf "$work"' EXIT
