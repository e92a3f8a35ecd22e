# Request metrics, and archive tiers for videos in the class INTELLIGENT_TIERING.

resource "aws_s3_bucket_metric" "videos" {
  bucket = aws_s3_bucket.videos.id
  name   = "EntireBucket"
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "videos" {
  bucket = aws_s3_bucket.videos.id
  name   = "AutoTiering"

  tiering {
    access_tier = "ARCHIVE_ACCESS"
    days        = 90
  }
  tiering {
    access_tier = "DEEP_ARCHIVE_ACCESS"
    days        = 180
  }
}
