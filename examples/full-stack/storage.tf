resource "fovea_video_bucket" "videos" {
  bucket        = var.bucket
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = [var.frontend_url] }]
}

# TLS only, and CloudFront may read. The distribution needs the bucket, and the
# policy needs the distribution: that the policy is a resource of its own keeps this
# from being a cycle.
resource "fovea_bucket_policy" "videos" {
  bucket                       = fovea_video_bucket.videos.bucket
  cloudfront_distribution_arns = [aws_cloudfront_distribution.videos.arn]
}

# STANDARD_IA after 90 days, GLACIER_IR after a year: videos play from both.
resource "fovea_bucket_lifecycle" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_video_bucket" "logs" {
  bucket        = "${var.bucket}-logs"
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_policy" "logs" {
  bucket                 = fovea_video_bucket.logs.bucket
  access_log_source_arns = [fovea_video_bucket.videos.arn]
}

resource "fovea_bucket_logging" "videos" {
  bucket        = fovea_video_bucket.videos.bucket
  target_bucket = fovea_bucket_policy.logs.bucket
}

# In another region, without another provider block.
resource "fovea_video_bucket" "backup" {
  bucket        = "${var.bucket}-backup"
  region        = var.backup_region
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_policy" "backup" {
  bucket                  = fovea_video_bucket.backup.bucket
  deny_insecure_transport = true
}

resource "fovea_replication_role" "videos" {
  name                    = "FOVEA-Replication"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
}

resource "fovea_bucket_replication" "videos" {
  bucket   = fovea_video_bucket.videos.bucket
  role_arn = fovea_replication_role.videos.arn
  rules    = [{ destination = { bucket_arn = fovea_video_bucket.backup.arn } }]
}
