variable "release" {
  type        = string
  description = "Whatever changes when there are new videos, such as the number of a pipeline's run."
  default     = "1"
}

resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Plans of other changes do not list a bucket of many millions of videos; only a
# new release does.
resource "fovea_manifest" "videos" {
  bucket       = fovea_video_bucket.videos.bucket
  scan_on_plan = false

  triggers = {
    release = var.release
  }
}
