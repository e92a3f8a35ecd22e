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
  count = try(var.lifecycle_rules.raw_footage, null) == null ? 0 : 1

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

# Who reads and writes.

resource "fovea_access_user" "fovea" {
  count = var.access_user == null ? 0 : 1

  name                 = coalesce(var.access_user.name, var.name_prefix)
  path                 = var.iam_path
  bucket               = local.bucket
  kms_key_arns         = local.all_key_arns
  permissions_boundary = var.permissions_boundary
  force_destroy        = var.access_user.force_destroy
  tags                 = var.tags
}

resource "fovea_access_key" "fovea" {
  count = try(var.access_user.create_key, false) ? 1 : 0

  user              = fovea_access_user.fovea[0].name
  pgp_key           = var.access_user.pgp_key
  rotation_triggers = var.access_user.rotation_triggers

  lifecycle {
    create_before_destroy = true
  }
}

resource "fovea_access_role" "ec2" {
  count = var.ec2_role == null ? 0 : 1

  name                  = coalesce(var.ec2_role.name, "${var.name_prefix}-ec2")
  path                  = var.iam_path
  instance_profile_name = coalesce(var.ec2_role.instance_profile_name, var.ec2_role.name, "${var.name_prefix}-ec2")
  bucket                = local.bucket
  kms_key_arns          = local.all_key_arns
  permissions_boundary  = var.permissions_boundary
  tags                  = var.tags
}

resource "fovea_access_role" "uploads" {
  count = var.github_role == null ? 0 : 1

  name                 = coalesce(var.github_role.name, "${var.name_prefix}-uploads")
  path                 = var.iam_path
  bucket               = local.bucket
  access               = var.github_role.access
  kms_key_arns         = local.video_key_arns
  permissions_boundary = var.permissions_boundary
  trusted_services     = []
  tags                 = var.tags

  github_actions = {
    oidc_provider_arn = var.github_role.oidc_provider_arn
    subjects          = var.github_role.subjects
  }
}

# Access logs.

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

# Inventory.

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

# The backup in another region, with all that FOVEA needs to read it.

locals {
  backup_readers = concat(var.read_principals, fovea_access_user.fovea[*].arn, fovea_access_role.ec2[*].arn)
}

resource "fovea_video_bucket" "backup" {
  count = var.backup == null ? 0 : 1

  bucket        = coalesce(var.backup.bucket_name, "${var.name_prefix}-backup")
  region        = var.backup.region
  force_destroy = var.force_destroy
  tags          = var.tags

  encryption = var.backup.kms_key_arn == null ? null : {
    algorithm          = "aws:kms"
    kms_key_arn        = var.backup.kms_key_arn
    bucket_key_enabled = true
  }

  lifecycle {
    precondition {
      condition     = local.region == null ? true : var.backup.region != local.region
      error_message = "backup.region must not be the region of the videos: an outage of the region would take both away."
    }
  }
}

resource "fovea_bucket_cors" "backup" {
  count = var.backup != null && length(var.frontend_urls) > 0 ? 1 : 0

  bucket = fovea_video_bucket.backup[0].bucket
  rules  = [{ allowed_origins = var.frontend_urls }]
}

resource "fovea_bucket_policy" "backup" {
  count = var.backup != null && (var.deny_insecure_transport != false || length(local.backup_readers) > 0) ? 1 : 0

  bucket                  = fovea_video_bucket.backup[0].bucket
  deny_insecure_transport = var.deny_insecure_transport

  source_policy_documents = length(local.backup_readers) == 0 ? [] : [jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FOVEALists"
        Effect    = "Allow"
        Principal = { AWS = local.backup_readers }
        Action    = ["s3:GetBucketLocation", "s3:ListBucket"]
        Resource  = fovea_video_bucket.backup[0].arn
      },
      {
        Sid       = "FOVEAReads"
        Effect    = "Allow"
        Principal = { AWS = local.backup_readers }
        Action    = "s3:GetObject"
        Resource  = "${fovea_video_bucket.backup[0].arn}/*"
      },
    ]
  })]
}

resource "fovea_bucket_lifecycle" "backup" {
  count = try(var.backup.noncurrent_version_expiration_days > 0, false) ? 1 : 0

  bucket = fovea_video_bucket.backup[0].bucket

  rules = [{
    id                            = "ExpireNoncurrentVersions"
    noncurrent_version_expiration = { noncurrent_days = var.backup.noncurrent_version_expiration_days }
    expiration                    = { expired_object_delete_marker = true }
  }]
}

resource "fovea_replication_role" "backup" {
  count = var.backup == null ? 0 : 1

  name                    = coalesce(var.backup.role_name, "${var.name_prefix}-replication")
  path                    = var.iam_path
  source_bucket_arn       = local.arn
  destination_bucket_arns = [fovea_video_bucket.backup[0].arn]
  source_kms_key_arns     = local.video_key_arns
  replica_kms_key_arns    = var.backup.kms_key_arn == null ? null : [var.backup.kms_key_arn]
  permissions_boundary    = var.permissions_boundary
  tags                    = var.tags
}

# S3 copies what is uploaded from now on. S3 Batch Replication copies what is there.
resource "fovea_bucket_replication" "videos" {
  count = var.backup == null ? 0 : 1

  bucket   = local.bucket
  role_arn = fovea_replication_role.backup[0].arn

  rules = [{
    status                          = var.backup.enabled ? "Enabled" : "Disabled"
    replication_time_control        = var.backup.replication_time_control
    delete_marker_replication       = var.backup.delete_marker_replication
    replicate_kms_encrypted_objects = var.kms_key_arn != null

    destination = {
      bucket_arn          = fovea_video_bucket.backup[0].arn
      storage_class       = var.backup.storage_class
      replica_kms_key_arn = var.backup.kms_key_arn
    }
  }]

  lifecycle {
    precondition {
      condition     = var.versioning == "Enabled"
      error_message = "backup requires versioning = \"Enabled\": S3 replicates versions."
    }

    precondition {
      condition     = (var.kms_key_arn == null) == (var.backup.kms_key_arn == null)
      error_message = "backup.kms_key_arn and kms_key_arn must be set together: S3 copies objects that a KMS key encrypts only if it is told the key for the copies."
    }
  }
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
