import {
  to = fovea_bucket_lifecycle.videos
  identity = {
    bucket = "fovea-production-videos"
  }
}
