import {
  to = fovea_manifest.videos
  identity = {
    bucket = "fovea-production-videos"
    key    = "manifest.json"
  }
}
