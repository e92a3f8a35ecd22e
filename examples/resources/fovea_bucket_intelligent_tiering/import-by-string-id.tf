import {
  to = fovea_bucket_intelligent_tiering.videos
  id = "fovea-production-videos/AutoTiering"
}
