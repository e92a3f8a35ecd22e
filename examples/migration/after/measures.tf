# Request metrics, and archive tiers for videos in the class INTELLIGENT_TIERING.

resource "fovea_bucket_metrics" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_bucket_intelligent_tiering" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}
