import {
  to = fovea_bucket_lifecycle.videos
  id = "fovea-production-videos"
}
