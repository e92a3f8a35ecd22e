# Versioned and encrypted, as in the guide.
#
# The guide leaves the bucket open to mistakes. Here the public is shut out and ACLs
# are off, which are the defaults of fovea_video_bucket.
resource "fovea_video_bucket" "videos" {
  bucket        = var.bucket
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

# The guide lets requests in without TLS. This denies them.
resource "fovea_bucket_policy" "videos" {
  bucket                  = fovea_video_bucket.videos.bucket
  deny_insecure_transport = true
}

# The guide exposes ETag alone: a script cannot read Content-Range then, and players
# that fetch a video by themselves cannot seek in it. Four headers are the default.
resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = [var.frontend_url] }]
}
