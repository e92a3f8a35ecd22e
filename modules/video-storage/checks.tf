# Whether FOVEA can list, read and play the videos, and what to do if not.

data "fovea_storage_check" "videos" {
  count = var.storage_check == null ? 0 : 1

  bucket            = local.bucket
  key               = try(var.manifest.key, null)
  origin            = try(coalesce(concat([var.storage_check.origin], [for url in var.frontend_urls : url if !strcontains(url, "*")])...), null)
  access_key_id     = local.checks_key ? fovea_access_key.fovea[0].access_key_id : null
  secret_access_key = local.checks_key ? fovea_access_key.fovea[0].secret_access_key : null

  # Without a manifest there is none to be checked.
  include = (
    var.storage_check.include != null ? var.storage_check.include :
    var.manifest != null ? null : toset(["credentials", "region", "list", "get", "cors", "presigned_url", "clock_skew"])
  )

  depends_on = [
    fovea_access_user.fovea,
    fovea_bucket_cors.videos,
    fovea_bucket_policy.videos,
    fovea_manifest.videos,
  ]
}

locals {
  checks_key = try(var.access_user.create_key && var.access_user.pgp_key == null, false)
}

check "storage" {
  assert {
    condition = alltrue(data.fovea_storage_check.videos[*].healthy)
    error_message = join("\n", flatten([
      for result in data.fovea_storage_check.videos : [
        for check in result.checks : "${check.name}: ${check.detail} ${check.remedy == null ? "" : check.remedy}"
        if check.status == "fail"
      ]
    ]))
  }
}
