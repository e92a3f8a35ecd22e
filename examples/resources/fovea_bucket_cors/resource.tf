resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# FOVEA's pages read videos with GET and HEAD, which is the default, and seek in
# them with the headers that are exposed by default.
resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  rules = [
    {
      allowed_origins = ["https://fovea.yourcompany.com"]
    },
  ]
}
