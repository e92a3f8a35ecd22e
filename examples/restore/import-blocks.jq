# Import blocks for everything that a plan would create, with the IDs that imports need.
#
#   terraform plan -out=lost.plan
#   terraform show -json lost.plan | jq --raw-output --from-file import-blocks.jq > imports.tf
#
# An access key has no name: IAM gives it its ID. Fill it in for ACCESS_KEY_ID, or leave the
# block out. BUCKET stands for a name that the plan does not know, that of a bucket with
# bucket_prefix: replace it in all blocks.

def import_id:
  .change.after as $planned
  | ($planned.bucket // "BUCKET") as $bucket
  | if .type == "fovea_manifest" then "\($bucket)/\($planned.key)"
    elif .type == "fovea_access_key" then "\($planned.user // "USER")/ACCESS_KEY_ID"
    elif .type | test("^fovea_(access_user|access_role|replication_role)$") then $planned.name
    elif .type | test("^fovea_bucket_(metrics|intelligent_tiering|inventory)$") then "\($bucket)/\($planned.name)"
    else $bucket
    end;

[
  .resource_changes[]
  | select(.mode == "managed" and (.type | startswith("fovea_")) and (.change.actions | index("create")))
]
| sort_by(.address)[]
| "import {\n  to = \(.address)\n  id = \(import_id | tojson)\n}\n"
