output "bucket" {
  description = "Name of the bucket of the videos."
  value       = module.storage.bucket
}

output "cdn_base_url" {
  description = "CDN_BASE_URL of FOVEA; null without CloudFront."
  value       = local.cdn_base_url
}

output "origin_access_control_id" {
  description = "ID of the origin access control, to be attached to an existing distribution; null without CloudFront."
  value       = one(aws_cloudfront_origin_access_control.videos[*].id)
}

output "origin_domain_name" {
  description = "Domain name of the origin of a distribution."
  value       = module.storage.bucket_regional_domain_name
}

output "instance_id" {
  description = "ID of the EC2 instance; null without `server`."
  value       = one(aws_instance.server[*].id)
}

output "instance_profile_name" {
  description = "Name of the instance profile for FOVEA's EC2 instance."
  value       = module.storage.instance_profile_name
}

output "read_policy" {
  description = "Permissions that FOVEA needs, as JSON, for a role that is managed elsewhere."
  value       = module.storage.read_policy
}

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

output "upload_role_arn" {
  description = "role-to-assume of aws-actions/configure-aws-credentials in the workflow that uploads; null without `github_subjects`."
  value       = module.storage.github_role_arn
}

output "video_count" {
  description = "Number of videos in the published list."
  value       = module.storage.video_count
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.videos.dashboard_name
}
