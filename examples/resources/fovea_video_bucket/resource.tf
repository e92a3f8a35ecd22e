# Versioned, encrypted and closed to the public, by default.
resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  tags = {
    environment = "production"
  }

  lifecycle {
    prevent_destroy = true
  }
}

# A bucket for copies, in another region, with a key of AWS KMS.
resource "fovea_video_bucket" "backup" {
  bucket = "fovea-production-videos-backup"
  region = "eu-west-1"

  encryption = {
    algorithm          = "aws:kms" # with the account's key aws/s3; kms_key_arn names another
    bucket_key_enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}
