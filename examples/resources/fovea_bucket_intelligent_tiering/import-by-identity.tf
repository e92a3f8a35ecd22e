import {
  to = fovea_bucket_intelligent_tiering.videos
  identity = {
    bucket = "fovea-production-videos"
    name   = "AutoTiering"
  }
}
