import {
  to = fovea_bucket_policy.videos
  id = "fovea-production-videos"
}
