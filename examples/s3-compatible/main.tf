# FOVEA's videos on a server of your own that speaks S3, such as MinIO or versitygw:
# the bucket, its CORS rules and policy, the manifest, and a link that plays.
#
# Such a server has no IAM API: make FOVEA's user with the server's own tools, and
# let it list the bucket and get its objects.

terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

# The key is taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
provider "fovea" {
  region = var.region

  endpoints {
    s3 = var.endpoint
  }

  # https://server/bucket/key, not https://bucket.server/key.
  s3_use_path_style = true

  # There is no STS to ask who this is, no EC2 underneath to ask for a key, and the
  # region may have any name.
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

# Encryption, public access block and object ownership that the server lacks are
# skipped with a warning, as long as they are not configured here.
resource "fovea_video_bucket" "videos" {
  bucket        = var.bucket
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

# MinIO answers every origin as its own settings say, and refuses this document.
resource "fovea_bucket_cors" "videos" {
  count = var.cors ? 1 : 0

  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = [var.frontend_url] }]
}

# FOVEA takes a listing that is denied for an empty bucket, and deletes the
# annotations of every video: whatever else the policy says, it lets FOVEA read.
resource "fovea_bucket_policy" "videos" {
  count = var.tls_only || var.reader != null ? 1 : 0

  bucket                  = fovea_video_bucket.videos.bucket
  deny_insecure_transport = var.tls_only

  source_policy_documents = var.reader == null ? [] : [jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FOVEALists"
        Effect    = "Allow"
        Principal = { AWS = var.reader }
        Action    = ["s3:GetBucketLocation", "s3:ListBucket"]
        Resource  = fovea_video_bucket.videos.arn
      },
      {
        Sid       = "FOVEAReads"
        Effect    = "Allow"
        Principal = { AWS = var.reader }
        Action    = "s3:GetObject"
        Resource  = "${fovea_video_bucket.videos.arn}/*"
      },
    ]
  })]
}

# For servers whose own tools let users in, such as MinIO.
data "fovea_access_policy" "reader" {
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

# A link to one video, once there is one. It lives for one to two days, and stays
# the same for a day, so that a plan in between shows no change.
data "fovea_presigned_url" "video" {
  count = var.video_key == null ? 0 : 1

  bucket        = fovea_video_bucket.videos.bucket
  key           = var.video_key
  verify_object = true
  expires_in    = 172800
  stable_window = 86400
}
