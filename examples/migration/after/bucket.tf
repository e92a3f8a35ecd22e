# The bucket of the videos, with versioning, encryption, public access block and
# ownership: what was five resources. Their values are the defaults here.

resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  tags = {
    app = "fovea"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  # expose_headers is left at its default, which lets players seek: the plan
  # shows three more headers.
  rules = [{ allowed_origins = ["https://fovea.example.com"] }]
}

# The default rules, which are those from before.
resource "fovea_bucket_lifecycle" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_bucket_policy" "videos" {
  bucket                  = fovea_video_bucket.videos.bucket
  deny_insecure_transport = true
}

# Where its access logs go. This bucket had no versioning: the default would
# switch it on, and keep every log for good.

resource "fovea_video_bucket" "logs" {
  bucket     = "fovea-production-logs"
  versioning = "Suspended"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_policy" "logs" {
  bucket                  = fovea_video_bucket.logs.bucket
  deny_insecure_transport = false
  access_log_source_arns  = [fovea_video_bucket.videos.arn]
}

resource "fovea_bucket_logging" "videos" {
  bucket        = fovea_video_bucket.videos.bucket
  target_bucket = fovea_video_bucket.logs.bucket

  depends_on = [fovea_bucket_policy.logs]
}
