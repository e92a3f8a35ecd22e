resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# The user that FOVEA runs as: it lists the bucket and gets its objects, and can
# neither write nor delete.
resource "fovea_access_user" "backend" {
  name   = "fovea-production-backend"
  bucket = fovea_video_bucket.videos.bucket

  tags = {
    environment = "production"
  }
}
