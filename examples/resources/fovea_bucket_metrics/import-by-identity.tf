import {
  to = fovea_bucket_metrics.videos
  identity = {
    bucket = "fovea-production-videos"
    name   = "EntireBucket"
  }
}
