import {
  to = fovea_bucket_replication.videos
  id = "fovea-production-videos"
}
