# Import blocks for everything that a plan would create, with the IDs that imports need.
#
#   terraform plan -out=lost.plan
#   terraform show -json lost.plan | jq --raw-output --from-file import-blocks.jq > imports.tf
#
# An access key has no name: IAM gives it its ID. Fill it in, or leave the block out.

def import_id:
  .change.after as $planned
  | if .type == "fovea_manifest" then "\($planned.bucket)/\($planned.key)"
    elif .type == "fovea_access_key" then "\($planned.user)/ACCESS_KEY_ID"
    elif $planned.bucket == null or (.type | test("^fovea_(access_user|access_role)$")) then $planned.name
    elif $planned.name != null then "\($planned.bucket)/\($planned.name)"
    else $planned.bucket
    end;

[
  .resource_changes[]
  | select(.mode == "managed" and (.type | startswith("fovea_")) and (.change.actions | index("create")))
]
| sort_by(.address)[]
| "import {\n  to = \(.address)\n  id = \(import_id | tojson)\n}\n"
