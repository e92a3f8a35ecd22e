import {
  to = fovea_video_bucket.videos
  id = "fovea-production-videos"
}
