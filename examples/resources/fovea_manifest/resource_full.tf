resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# A list of more kinds of videos, with what a pipeline wants to know of each, and
# with the last 90 lists kept as a backup.
resource "fovea_manifest" "videos" {
  bucket           = fovea_video_bucket.videos.bucket
  key              = "lists/videos.json"
  suffixes         = [".mp4", ".webm", ".mov"]
  exclude_prefixes = ["raw/", "rejected/"]
  detail           = "full"

  # A tenth of the videos is never deleted at a time.
  max_removed_percent = 10

  snapshots = {
    prefix = "lists/history/"
    keep   = 90
  }
}
