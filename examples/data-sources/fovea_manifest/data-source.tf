resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

# The first hundred videos of one folder, as they were published.
data "fovea_manifest" "clips" {
  bucket = fovea_manifest.videos.bucket
  key    = fovea_manifest.videos.key
  prefix = "clips/"
  limit  = 100
}

output "clips" {
  value = data.fovea_manifest.clips.videos[*].key
}
