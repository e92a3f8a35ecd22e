resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_access_user" "backend" {
  name   = "fovea-production-backend"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "backend" {
  user = fovea_access_user.backend.name
}

# FOVEA reads these two as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
output "access_key_id" {
  value = fovea_access_key.backend.access_key_id
}

output "secret_access_key" {
  value     = fovea_access_key.backend.secret_access_key
  sensitive = true
}
