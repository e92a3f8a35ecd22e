resource "fovea_video_bucket" "videos" {
  bucket = "fovea-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_access_user" "fovea" {
  name   = "fovea-video-reader"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "fovea" {
  user = fovea_access_user.fovea.name
}

data "fovea_backend_environment" "fovea" {
  bucket            = fovea_video_bucket.videos.bucket
  region            = fovea_video_bucket.videos.region
  access_key_id     = fovea_access_key.fovea.access_key_id
  secret_access_key = fovea_access_key.fovea.secret_access_key
}

# terraform output -raw dotenv > .env
output "dotenv" {
  value     = data.fovea_backend_environment.fovea.dotenv
  sensitive = true
}
