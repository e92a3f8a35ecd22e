# From an empty folder to a video that plays: a bucket, the rules that let
# FOVEA's pages read it, a user that may only read, and the list of its videos.

terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region            = var.region
  s3_use_path_style = var.s3_use_path_style
}

resource "fovea_video_bucket" "videos" {
  bucket_prefix = var.bucket_prefix
  force_destroy = var.force_destroy
}

resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = var.allowed_origins }]
}

resource "fovea_access_user" "reader" {
  name   = var.user_name
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "reader" {
  user = fovea_access_user.reader.name
}

# The settings of FOVEA's backend.
data "fovea_backend_environment" "fovea" {
  bucket            = fovea_video_bucket.videos.bucket
  region            = fovea_video_bucket.videos.region
  access_key_id     = fovea_access_key.reader.access_key_id
  secret_access_key = fovea_access_key.reader.secret_access_key
}

resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

# A link to one video, once there is one. It lives for one to two days, and
# stays the same for a day, so that a plan in between shows no change.
data "fovea_presigned_url" "video" {
  count = var.video_key == null ? 0 : 1

  bucket        = fovea_video_bucket.videos.bucket
  key           = var.video_key
  verify_object = true
  expires_in    = 172800
  stable_window = 86400
}
