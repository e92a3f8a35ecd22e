terraform import fovea_bucket_policy.videos fovea-production-videos
