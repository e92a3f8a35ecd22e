resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_video_bucket" "logs" {
  bucket = "fovea-production-videos-logs"

  lifecycle {
    prevent_destroy = true
  }
}

# Lets S3's log service put logs of the first bucket into the second.
resource "fovea_bucket_policy" "logs" {
  bucket                 = fovea_video_bucket.logs.bucket
  access_log_source_arns = [fovea_video_bucket.videos.arn]
}

# The target is the policy's bucket, so that the policy is there before.
resource "fovea_bucket_logging" "videos" {
  bucket        = fovea_video_bucket.videos.bucket
  target_bucket = fovea_bucket_policy.logs.bucket
}
