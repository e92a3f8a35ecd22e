import {
  to = fovea_bucket_cors.videos
  identity = {
    bucket = "fovea-production-videos"
  }
}
