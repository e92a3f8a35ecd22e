resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Requests, bytes, errors and latency of the whole bucket, in CloudWatch.
resource "fovea_bucket_metrics" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

# The same for a part of it.
resource "fovea_bucket_metrics" "clips" {
  bucket = fovea_video_bucket.videos.bucket
  name   = "Clips"
  filter = { prefix = "clips/" }
}
