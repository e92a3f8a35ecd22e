output "bucket" {
  description = "Name of the bucket: upload videos here."
  value       = fovea_video_bucket.videos.bucket
}

output "cdn_base_url" {
  description = "CDN_BASE_URL of FOVEA."
  value       = "https://${aws_cloudfront_distribution.videos.domain_name}"
}

output "instance_id" {
  description = "ID of the EC2 instance."
  value       = aws_instance.server.id
}

output "upload_role_arn" {
  description = "role-to-assume of aws-actions/configure-aws-credentials in the workflow that uploads; null without github_subjects."
  value       = one(fovea_access_role.uploads[*].arn)
}

output "video_count" {
  description = "Number of videos in the list when it was last looked at."
  value       = fovea_manifest.videos.video_count
}
