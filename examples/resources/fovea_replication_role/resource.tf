resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_video_bucket" "backup" {
  bucket = "fovea-production-backup"
  region = "eu-west-1"

  lifecycle {
    prevent_destroy = true
  }
}

# What S3 may do to copy the videos: read the one bucket, write to the other.
resource "fovea_replication_role" "videos" {
  name                    = "fovea-production-replication"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
}
