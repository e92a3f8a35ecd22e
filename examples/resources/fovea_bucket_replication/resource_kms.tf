variable "source_key_arn" {
  description = "KMS key of the videos."
  type        = string
  default     = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
}

variable "backup_key_arn" {
  description = "KMS key of the copies, in the region of their bucket."
  type        = string
  default     = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000001"
}

resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"
  encryption = {
    algorithm   = "aws:kms"
    kms_key_arn = var.source_key_arn
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_video_bucket" "backup" {
  bucket = "fovea-production-backup"
  region = "eu-west-1"
  encryption = {
    algorithm   = "aws:kms"
    kms_key_arn = var.backup_key_arn
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_replication_role" "videos" {
  name                    = "fovea-production-replication"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
  source_kms_key_arns     = [var.source_key_arn]
  replica_kms_key_arns    = [var.backup_key_arn]
}

# S3 leaves out what a KMS key encrypts, unless it is told to copy that too, and
# with which key.
resource "fovea_bucket_replication" "videos" {
  bucket   = fovea_video_bucket.videos.bucket
  role_arn = fovea_replication_role.videos.arn

  rules = [{
    replicate_kms_encrypted_objects = true
    destination = {
      bucket_arn          = fovea_video_bucket.backup.arn
      replica_kms_key_arn = var.backup_key_arn
    }
  }]
}
