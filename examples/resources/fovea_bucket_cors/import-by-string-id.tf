import {
  to = fovea_bucket_cors.videos
  id = "fovea-production-videos"
}
