terraform import fovea_video_bucket.videos fovea-production-videos
