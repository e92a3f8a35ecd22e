resource "fovea_video_bucket" "videos" {
  bucket = "fovea-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# A link to one video. It lives for one to two days, and stays the same for a
# day, so that a plan in between shows no change.
data "fovea_presigned_url" "clip" {
  bucket        = fovea_video_bucket.videos.bucket
  key           = "clips/first.mp4"
  expires_in    = 172800
  stable_window = 86400
}

# A link to upload one video, good for 15 minutes.
data "fovea_presigned_url" "upload" {
  bucket     = fovea_video_bucket.videos.bucket
  key        = "clips/second.mp4"
  method     = "PUT"
  expires_in = 900
}

output "clip_url" {
  value     = data.fovea_presigned_url.clip.url
  sensitive = true
}
