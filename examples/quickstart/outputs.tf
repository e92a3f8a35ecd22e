output "bucket" {
  description = "Name of the bucket: upload videos here."
  value       = fovea_video_bucket.videos.bucket
}

output "access_key_id" {
  description = "FOVEA's access key."
  value       = fovea_access_key.reader.access_key_id
}

output "secret_access_key" {
  description = "The secret of FOVEA's access key."
  value       = fovea_access_key.reader.secret_access_key
  sensitive   = true
}

output "environment" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml."
  value       = data.fovea_backend_environment.fovea.dotenv
  sensitive   = true
}

output "video_count" {
  description = "Number of videos in the published manifest."
  value       = fovea_manifest.videos.video_count
}

output "video_url" {
  description = "Link to the video named by video_key; null without one."
  value       = one(data.fovea_presigned_url.video[*].url)
  sensitive   = true
}
