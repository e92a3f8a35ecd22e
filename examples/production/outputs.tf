data "fovea_backend_environment" "fovea" {
  bucket            = fovea_video_bucket.videos.bucket
  region            = fovea_video_bucket.videos.region
  access_key_id     = fovea_access_key.fovea.access_key_id
  secret_access_key = fovea_access_key.fovea.secret_access_key
}

# On EC2, leave both keys out above: FOVEA then takes the role of the instance.
output "environment" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml."
  value       = data.fovea_backend_environment.fovea.dotenv
  sensitive   = true
}

output "access_key_id" {
  description = "AWS_ACCESS_KEY_ID of FOVEA outside of EC2."
  value       = fovea_access_key.fovea.access_key_id
}

output "secret_access_key" {
  description = "AWS_SECRET_ACCESS_KEY of FOVEA outside of EC2."
  value       = fovea_access_key.fovea.secret_access_key
  sensitive   = true
}

output "instance_profile" {
  description = "Name of the instance profile for FOVEA's EC2 instance."
  value       = fovea_access_role.ec2.instance_profile_name
}

output "upload_role_arn" {
  description = "role-to-assume of aws-actions/configure-aws-credentials in the workflow that uploads; null without github_actions."
  value       = one(fovea_access_role.uploads[*].arn)
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
