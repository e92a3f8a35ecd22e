locals {
  name   = coalesce(var.bucket_name, "${var.name_prefix}-videos")
  bucket = var.create_bucket ? one(fovea_video_bucket.videos[*].bucket) : local.name
  region = var.create_bucket ? one(fovea_video_bucket.videos[*].region) : var.region

  # The ARN of a bucket that is managed elsewhere is taken from a policy for it, which
  # has the partition of the provider.
  arn = var.create_bucket ? one(fovea_video_bucket.videos[*].arn) : one(flatten([
    for statement in jsondecode(data.fovea_access_policy.reader.json).Statement : statement.Resource if statement.Sid == "ListVideos"
  ]))

  # Keys of the videos, and of the copies, which FOVEA reads after a failover.
  video_keys = compact(concat([var.kms_key_arn], var.additional_kms_key_arns))
  all_keys   = compact(concat(local.video_keys, var.backup[*].kms_key_arn))

  video_key_arns = length(local.video_keys) == 0 ? null : local.video_keys
  all_key_arns   = length(local.all_keys) == 0 ? null : local.all_keys
}

data "fovea_access_policy" "reader" {
  bucket       = local.name
  kms_key_arns = local.all_key_arns
}

# The bucket of the videos. The provider refuses to destroy or replace a bucket that
# holds anything, unless force_destroy was applied before.

resource "fovea_video_bucket" "videos" {
  count = var.create_bucket ? 1 : 0

  bucket        = local.name
  region        = var.region
  versioning    = var.versioning
  force_destroy = var.force_destroy
  tags          = var.tags

  encryption = var.kms_key_arn == null ? null : {
    algorithm          = "aws:kms"
    kms_key_arn        = var.kms_key_arn
    bucket_key_enabled = true
  }
}

resource "fovea_bucket_cors" "videos" {
  count = length(var.frontend_urls) > 0 ? 1 : 0

  bucket = local.bucket
  rules  = [{ allowed_origins = var.frontend_urls }]
}

# S3 takes no policy without statements.
resource "fovea_bucket_policy" "videos" {
  count = var.bucket_policy && (
    var.deny_insecure_transport != false || length(concat(var.read_principals, var.cloudfront_distribution_arns, var.source_policy_documents)) > 0
  ) ? 1 : 0

  bucket                       = local.bucket
  deny_insecure_transport      = var.deny_insecure_transport
  cloudfront_distribution_arns = var.cloudfront_distribution_arns

  source_policy_documents = concat(var.source_policy_documents, length(var.read_principals) == 0 ? [] : [jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FOVEALists"
        Effect    = "Allow"
        Principal = { AWS = var.read_principals }
        Action    = ["s3:GetBucketLocation", "s3:ListBucket"]
        Resource  = local.arn
      },
      {
        Sid       = "FOVEAReads"
        Effect    = "Allow"
        Principal = { AWS = var.read_principals }
        Action    = "s3:GetObject"
        Resource  = "${local.arn}/*"
      },
    ]
  })])
}

# S3 keeps all rules of a bucket in one document.
resource "fovea_bucket_lifecycle" "videos" {
  count = var.lifecycle_rules == null ? 0 : 1

  bucket = local.bucket

  rules = concat(
    length(var.lifecycle_rules.transitions) == 0 ? [] : [{
      id          = "ArchiveOldVideos"
      transitions = var.lifecycle_rules.transitions
    }],
    var.lifecycle_rules.raw_footage == null ? [] : [{
      id          = "TierRawFootage"
      filter      = { prefix = var.lifecycle_rules.raw_footage.prefix }
      transitions = [{ days = 0, storage_class = "INTELLIGENT_TIERING" }]
    }],
    var.lifecycle_rules.abort_incomplete_multipart_upload_days == 0 ? [] : [{
      id                                     = "AbortIncompleteUploads"
      abort_incomplete_multipart_upload_days = var.lifecycle_rules.abort_incomplete_multipart_upload_days
    }],
    var.lifecycle_rules.noncurrent_version_expiration_days == 0 ? [] : [{
      id = "ExpireNoncurrentVersions"
      noncurrent_version_expiration = {
        noncurrent_days           = var.lifecycle_rules.noncurrent_version_expiration_days
        newer_noncurrent_versions = var.lifecycle_rules.newer_noncurrent_versions
      }
      # Delete markers with no version left behind them.
      expiration = { expired_object_delete_marker = true }
    }],
  )
}

# Without the filter it would archive every video that somebody uploads into
# INTELLIGENT_TIERING.
resource "fovea_bucket_intelligent_tiering" "videos" {
  count = one(var.lifecycle_rules[*].raw_footage) == null ? 0 : 1

  bucket = fovea_bucket_lifecycle.videos[0].bucket # after the rule that fills the class
  filter = { prefix = var.lifecycle_rules.raw_footage.prefix }

  tierings = [
    { access_tier = "ARCHIVE_ACCESS", days = var.lifecycle_rules.raw_footage.archive_access_days },
    { access_tier = "DEEP_ARCHIVE_ACCESS", days = var.lifecycle_rules.raw_footage.deep_archive_access_days },
  ]
}

resource "fovea_bucket_metrics" "videos" {
  count = var.metrics == null ? 0 : 1

  bucket = local.bucket
  name   = var.metrics.name
  filter = var.metrics.prefix == null ? null : { prefix = var.metrics.prefix }
}

# What FOVEA and others read.

resource "fovea_manifest" "videos" {
  count = var.manifest == null ? 0 : 1

  bucket              = local.bucket
  key                 = var.manifest.key
  prefix              = var.manifest.prefix
  suffixes            = var.manifest.suffixes
  exclude_prefixes    = var.manifest.exclude_prefixes
  detail              = var.manifest.detail
  source              = var.manifest.source
  max_inventory_age   = var.manifest.max_inventory_age
  max_removed_percent = var.manifest.max_removed_percent
  scan_on_plan        = var.manifest.scan_on_plan
  triggers            = var.manifest.triggers
  retain_on_destroy   = var.manifest.retain_on_destroy
  snapshots           = var.manifest.snapshots

  inventory = var.manifest.source != "inventory" ? null : {
    bucket = one(fovea_video_bucket.inventory[*].bucket)
    name   = one(fovea_bucket_inventory.videos[*].name)
  }

  lifecycle {
    precondition {
      condition     = var.manifest.source != "inventory" || var.inventory != null
      error_message = "manifest.source = \"inventory\" requires inventory, which makes the lists."
    }
  }
}

locals {
  # Without its secret, as with pgp_key or after an import, a key is of no use to FOVEA.
  secret_access_key = one(fovea_access_key.fovea[*].secret_access_key)
  access_key_id     = local.secret_access_key == null ? null : one(fovea_access_key.fovea[*].access_key_id)

  # A data source that names a resource itself is read only after its changes.
  backup_bucket = one(fovea_video_bucket.backup[*].bucket)
  backup_region = one(fovea_video_bucket.backup[*].region)
}

data "fovea_backend_environment" "videos" {
  bucket            = local.bucket
  region            = local.region
  endpoint          = var.environment.endpoint
  cdn_base_url      = var.environment.cdn_base_url
  access_key_id     = local.access_key_id
  secret_access_key = local.secret_access_key
}

# After a failover. A CDN in front of the bucket does not have the copies.
data "fovea_backend_environment" "backup" {
  count = var.backup == null ? 0 : 1

  bucket            = local.backup_bucket
  region            = local.backup_region
  endpoint          = var.environment.endpoint
  access_key_id     = local.access_key_id
  secret_access_key = local.secret_access_key
}
