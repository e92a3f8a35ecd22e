import {
  to = fovea_manifest.videos
  id = "fovea-production-videos/manifest.json"
}
