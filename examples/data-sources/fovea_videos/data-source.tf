resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# The first hundred videos of one folder, as they are now.
data "fovea_videos" "clips" {
  bucket   = fovea_video_bucket.videos.bucket
  prefix   = "clips/"
  suffixes = [".mp4", ".webm"]
  limit    = 100
}

output "clips" {
  value = data.fovea_videos.clips.videos[*].key
}
