terraform import fovea_manifest.videos fovea-production-videos/manifest.json
