terraform import fovea_bucket_cors.videos fovea-production-videos
