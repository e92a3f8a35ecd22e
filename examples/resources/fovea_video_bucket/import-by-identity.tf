import {
  to = fovea_video_bucket.videos
  identity = {
    bucket = "fovea-production-videos"
  }
}
