# S3_ENDPOINT makes FOVEA put the bucket's name into the path, which is right here.
output "environment" {
  description = "FOVEA's settings, beside the key of its user."
  value = {
    VIDEO_STORAGE_TYPE = "s3"
    S3_ENDPOINT        = var.endpoint
    S3_REGION          = var.region
    S3_BUCKET          = fovea_video_bucket.videos.bucket
  }
}

output "reader_policy" {
  description = "What FOVEA's user must be allowed, for the server's own tools."
  value       = data.fovea_access_policy.reader.json
}

output "video_count" {
  description = "Number of videos in the published list."
  value       = fovea_manifest.videos.video_count
}

output "video_url" {
  description = "Link to the video named by video_key; null without one."
  value       = one(data.fovea_presigned_url.video[*].url)
  sensitive   = true
}
