# The backup in another region. The user and the EC2 role may read it by their own
# policies, read_principals by the policy of the bucket.

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
  count = var.backup != null && (var.deny_insecure_transport != false || length(var.read_principals) > 0) ? 1 : 0

  bucket                  = fovea_video_bucket.backup[0].bucket
  deny_insecure_transport = var.deny_insecure_transport

  source_policy_documents = length(var.read_principals) == 0 ? [] : [jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FOVEALists"
        Effect    = "Allow"
        Principal = { AWS = var.read_principals }
        Action    = ["s3:GetBucketLocation", "s3:ListBucket"]
        Resource  = fovea_video_bucket.backup[0].arn
      },
      {
        Sid       = "FOVEAReads"
        Effect    = "Allow"
        Principal = { AWS = var.read_principals }
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
