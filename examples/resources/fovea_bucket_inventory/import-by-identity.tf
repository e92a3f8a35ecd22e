import {
  to = fovea_bucket_inventory.videos
  identity = {
    bucket = "fovea-production-videos"
    name   = "FOVEAVideos"
  }
}
