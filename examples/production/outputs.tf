# On EC2, set access_user to null: the environment then has no key, and FOVEA uses the
# role of the instance.
output "dotenv" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml."
  value       = module.storage.dotenv
  sensitive   = true
}

output "backup_dotenv" {
  description = "The same for the bucket of the copies, to fail over to it."
  value       = module.storage.backup_dotenv
  sensitive   = true
}

output "access_key_id" {
  description = "AWS_ACCESS_KEY_ID of FOVEA outside of EC2."
  value       = module.storage.access_key_id
}

output "secret_access_key" {
  description = "AWS_SECRET_ACCESS_KEY of FOVEA outside of EC2."
  value       = module.storage.secret_access_key
  sensitive   = true
}

output "instance_profile" {
  description = "Name of the instance profile for FOVEA's EC2 instance."
  value       = module.storage.instance_profile_name
}

output "upload_role_arn" {
  description = "role-to-assume of aws-actions/configure-aws-credentials in the workflow that uploads; null without github_actions."
  value       = module.storage.github_role_arn
}

output "video_count" {
  description = "Number of videos in the published list."
  value       = module.storage.video_count
}

output "video_url" {
  description = "Link to the video named by video_key; null without one."
  value       = one(data.fovea_presigned_url.video[*].url)
  sensitive   = true
}
