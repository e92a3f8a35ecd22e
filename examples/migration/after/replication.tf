# The copies in another region, and the role that S3 assumes to make them.

resource "fovea_video_bucket" "backup" {
  bucket = "fovea-production-backup"
  region = "eu-west-1"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_replication_role" "videos" {
  name                    = "fovea-production-replication"
  policy_name             = "replication"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
}

resource "fovea_bucket_replication" "videos" {
  bucket   = fovea_video_bucket.videos.bucket
  role_arn = fovea_replication_role.videos.arn

  rules = [{
    destination = {
      bucket_arn    = fovea_video_bucket.backup.arn
      storage_class = "STANDARD_IA"
    }
  }]
}
