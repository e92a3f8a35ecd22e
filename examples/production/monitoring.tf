# The guide takes the bucket for the access logs for granted, and does not let S3
# write to it: no log would ever come.
resource "fovea_video_bucket" "logs" {
  bucket        = var.log_bucket
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_policy" "logs" {
  bucket                 = fovea_video_bucket.logs.bucket
  access_log_source_arns = [fovea_video_bucket.videos.arn]
}

# The target is the policy's bucket, so that the grant is there first.
resource "fovea_bucket_logging" "videos" {
  bucket        = fovea_video_bucket.videos.bucket
  target_bucket = fovea_bucket_policy.logs.bucket
}

# The guide watches requests, bytes and errors in CloudWatch, but S3 publishes these
# only for a bucket with a metrics configuration. See examples/full-stack for an
# alarm on them.
resource "fovea_bucket_metrics" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}
