resource "fovea_video_bucket" "videos" {
  bucket = "fovea-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = ["https://fovea.example.com"] }]
}

resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_user" "fovea" {
  name   = "fovea-video-reader"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "fovea" {
  user = fovea_access_user.fovea.name
}

# Warn at each plan and apply about what FOVEA cannot do, and how to put it right.
check "storage" {
  data "fovea_storage_check" "videos" {
    bucket            = fovea_video_bucket.videos.bucket
    origin            = "https://fovea.example.com"
    access_key_id     = fovea_access_key.fovea.access_key_id
    secret_access_key = fovea_access_key.fovea.secret_access_key

    depends_on = [fovea_bucket_cors.videos, fovea_manifest.videos]
  }

  assert {
    condition = data.fovea_storage_check.videos.healthy
    error_message = join("\n", [
      for check in data.fovea_storage_check.videos.checks : "${check.name}: ${check.detail} ${coalesce(check.remedy, "-")}"
      if check.status == "fail"
    ])
  }
}
