# Access logs and inventories, each in a bucket of its own that deletes them in time.

resource "fovea_video_bucket" "logs" {
  count = try(var.logs.create_bucket, false) ? 1 : 0

  bucket        = coalesce(var.logs.bucket_name, "${var.name_prefix}-logs")
  region        = var.region
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "fovea_bucket_policy" "logs" {
  count = length(fovea_video_bucket.logs)

  bucket                  = fovea_video_bucket.logs[0].bucket
  deny_insecure_transport = var.deny_insecure_transport
  access_log_source_arns  = [local.arn]
}

resource "fovea_bucket_lifecycle" "logs" {
  count = try(var.logs.create_bucket && var.logs.expiration_days > 0, false) ? 1 : 0

  bucket = fovea_video_bucket.logs[0].bucket

  rules = [
    {
      id                            = "ExpireLogs"
      expiration                    = { days = var.logs.expiration_days }
      noncurrent_version_expiration = { noncurrent_days = 7 }
    },
    {
      id                                     = "CleanUp"
      expiration                             = { expired_object_delete_marker = true }
      abort_incomplete_multipart_upload_days = 7
    },
  ]
}

resource "fovea_bucket_logging" "videos" {
  count = try(var.logs.enabled, false) ? 1 : 0

  bucket        = local.bucket
  target_bucket = var.logs.create_bucket ? fovea_bucket_policy.logs[0].bucket : var.logs.bucket_name # after the grant
  target_prefix = var.logs.target_prefix
}

# The inventory.

resource "fovea_video_bucket" "inventory" {
  count = var.inventory == null ? 0 : 1

  bucket        = coalesce(var.inventory.bucket_name, "${var.name_prefix}-inventory")
  region        = var.region
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "fovea_bucket_policy" "inventory" {
  count = length(fovea_video_bucket.inventory)

  bucket                  = fovea_video_bucket.inventory[0].bucket
  deny_insecure_transport = var.deny_insecure_transport
  inventory_source_arns   = [local.arn]
}

resource "fovea_bucket_lifecycle" "inventory" {
  count = try(var.inventory.expiration_days > 0, false) ? 1 : 0

  bucket = fovea_video_bucket.inventory[0].bucket

  rules = [
    {
      id                            = "ExpireInventories"
      expiration                    = { days = var.inventory.expiration_days }
      noncurrent_version_expiration = { noncurrent_days = 7 }
    },
    {
      id                                     = "CleanUp"
      expiration                             = { expired_object_delete_marker = true }
      abort_incomplete_multipart_upload_days = 7
    },
  ]
}

resource "fovea_bucket_inventory" "videos" {
  count = var.inventory == null ? 0 : 1

  bucket      = local.bucket
  frequency   = var.inventory.frequency
  format      = var.inventory.format
  destination = { bucket_arn = fovea_video_bucket.inventory[0].arn }

  depends_on = [fovea_bucket_policy.inventory] # the grant
}
