import {
  to = fovea_bucket_logging.videos
  id = "fovea-production-videos"
}
