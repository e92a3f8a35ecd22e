import {
  to = fovea_bucket_metrics.videos
  id = "fovea-production-videos/EntireBucket"
}
