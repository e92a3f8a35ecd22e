resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Every plan shows which videos came and went since the list was published.
resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

output "videos_that_do_not_play" {
  value = fovea_manifest.videos.archived_count
}
