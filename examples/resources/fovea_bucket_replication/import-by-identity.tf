import {
  to = fovea_bucket_replication.videos
  identity = {
    bucket = "fovea-production-videos"
  }
}
