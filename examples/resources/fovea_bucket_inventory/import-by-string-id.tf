import {
  to = fovea_bucket_inventory.videos
  id = "fovea-production-videos/FOVEAVideos"
}
