resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# A recording pipeline that uploads to one folder, and sees no other.
resource "fovea_access_user" "recorder" {
  name     = "fovea-production-recorder"
  path     = "/fovea/pipelines/"
  bucket   = fovea_video_bucket.videos.bucket
  access   = "upload"
  prefixes = ["recordings/"]

  # It goes with everything that it has when the pipeline does.
  force_destroy = true
}

# A job that publishes the list of videos, and can touch nothing else.
resource "fovea_access_user" "publisher" {
  name   = "fovea-production-publisher"
  path   = "/fovea/pipelines/"
  bucket = fovea_video_bucket.videos.bucket
  access = "manifest"
}
