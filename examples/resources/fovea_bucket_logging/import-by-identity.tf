import {
  to = fovea_bucket_logging.videos
  identity = {
    bucket = "fovea-production-videos"
  }
}
