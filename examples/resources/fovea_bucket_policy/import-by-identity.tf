import {
  to = fovea_bucket_policy.videos
  identity = {
    bucket = "fovea-production-videos"
  }
}
