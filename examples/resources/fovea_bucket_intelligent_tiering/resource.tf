resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Intelligent-Tiering is for objects in its storage class alone: this puts all
# videos there.
resource "fovea_bucket_lifecycle" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  rules = [
    {
      id          = "TierVideos"
      transitions = [{ days = 0, storage_class = "INTELLIGENT_TIERING" }]
    },
  ]
}

# Raw footage that nobody has watched for half a year is archived. It must be
# restored before it plays again.
resource "fovea_bucket_intelligent_tiering" "videos" {
  bucket   = fovea_video_bucket.videos.bucket
  filter   = { prefix = "raw/" }
  tierings = [{ days = 180, access_tier = "DEEP_ARCHIVE_ACCESS" }]
}
