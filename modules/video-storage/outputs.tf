# The bucket of the videos.

output "bucket" {
  description = "Name of the bucket of the videos."
  value       = local.bucket
}

output "bucket_arn" {
  description = "ARN of the bucket of the videos."
  value       = local.arn
}

output "bucket_region" {
  description = "Region of the bucket of the videos; null for an existing bucket without `region`."
  value       = local.region
}

output "bucket_regional_domain_name" {
  description = "Host name of the bucket in its region, for a CloudFront origin; null for an existing bucket."
  value       = one(fovea_video_bucket.videos[*].bucket_regional_domain_name)
}

# Further buckets.

output "logs_bucket" {
  description = "Name of the bucket of the access logs; null without `logs`."
  value       = try(coalesce(one(fovea_video_bucket.logs[*].bucket), var.logs.bucket_name), null)
}

output "logs_bucket_arn" {
  description = "ARN of the bucket of the access logs; null if the module does not create it."
  value       = one(fovea_video_bucket.logs[*].arn)
}

output "inventory_bucket" {
  description = "Name of the bucket of the inventories; null without `inventory`."
  value       = one(fovea_video_bucket.inventory[*].bucket)
}

output "inventory_bucket_arn" {
  description = "ARN of the bucket of the inventories; null without `inventory`."
  value       = one(fovea_video_bucket.inventory[*].arn)
}

output "backup_bucket" {
  description = "Name of the bucket of the copies; null without `backup`."
  value       = one(fovea_video_bucket.backup[*].bucket)
}

output "backup_bucket_arn" {
  description = "ARN of the bucket of the copies; null without `backup`."
  value       = one(fovea_video_bucket.backup[*].arn)
}

output "backup_bucket_region" {
  description = "Region of the bucket of the copies; null without `backup`."
  value       = one(fovea_video_bucket.backup[*].region)
}

output "metrics_filter_id" {
  description = "FilterId of the request metrics in CloudWatch; null without `metrics`."
  value       = one(fovea_bucket_metrics.videos[*].name)
}

output "replication_rule_id" {
  description = "RuleId of the replication metrics in CloudWatch; null without `backup`."
  value       = one([for replication in fovea_bucket_replication.videos : replication.rules[0].id])
}

# Users and roles.

output "access_user_name" {
  description = "Name of FOVEA's user; null without `access_user`."
  value       = one(fovea_access_user.fovea[*].name)
}

output "access_user_arn" {
  description = "ARN of FOVEA's user; null without `access_user`."
  value       = one(fovea_access_user.fovea[*].arn)
}

output "access_key_id" {
  description = "ID of FOVEA's access key; null without a key."
  value       = one(fovea_access_key.fovea[*].access_key_id)
}

output "secret_access_key" {
  description = "Secret of FOVEA's access key; null without a key, and with `pgp_key`."
  value       = one(fovea_access_key.fovea[*].secret_access_key)
  sensitive   = true
}

output "encrypted_secret_access_key" {
  description = "Secret of FOVEA's access key, encrypted with `pgp_key`, in base64; null without one."
  value       = one(fovea_access_key.fovea[*].encrypted_secret_access_key)
}

output "ec2_role_name" {
  description = "Name of the role for EC2; null without `ec2_role`."
  value       = one(fovea_access_role.ec2[*].name)
}

output "ec2_role_arn" {
  description = "ARN of the role for EC2; null without `ec2_role`."
  value       = one(fovea_access_role.ec2[*].arn)
}

output "instance_profile_name" {
  description = "Name of the instance profile for FOVEA's EC2 instance; null without `ec2_role`."
  value       = one(fovea_access_role.ec2[*].instance_profile_name)
}

output "instance_profile_arn" {
  description = "ARN of the instance profile; null without `ec2_role`."
  value       = one(fovea_access_role.ec2[*].instance_profile_arn)
}

output "github_role_arn" {
  description = "ARN of the role for uploads, `role-to-assume` of aws-actions/configure-aws-credentials; null without `github_role`."
  value       = one(fovea_access_role.uploads[*].arn)
}

output "replication_role_arn" {
  description = "ARN of the role that S3 copies with; null without `backup`."
  value       = one(fovea_replication_role.backup[*].arn)
}

output "read_policy" {
  description = "What FOVEA needs to be allowed, as JSON: for principals that are managed elsewhere, such as the task role of a container or a user of an S3-compatible server."
  value       = data.fovea_access_policy.reader.json
}

# What FOVEA and others read.

output "manifest_key" {
  description = "Key of the manifest; null without `manifest`."
  value       = one(fovea_manifest.videos[*].key)
}

output "video_count" {
  description = "Number of videos in the manifest; null without `manifest`."
  value       = one(fovea_manifest.videos[*].video_count)
}

output "environment" {
  description = "Environment variables of FOVEA's backend that hold no secret."
  value       = data.fovea_backend_environment.videos.variables
}

output "secret_environment" {
  description = "Environment variables of FOVEA's backend that hold secrets. `merge(environment, secret_environment)` is the whole environment."
  value       = data.fovea_backend_environment.videos.secret_variables
  sensitive   = true
}

output "dotenv" {
  description = "All environment variables of FOVEA's backend, as the content of the `.env` file beside its `docker-compose.yml`."
  value       = data.fovea_backend_environment.videos.dotenv
  sensitive   = true
}

output "compose" {
  description = "All environment variables of FOVEA's backend, as the content of a `compose.override.yml`."
  value       = data.fovea_backend_environment.videos.compose
  sensitive   = true
}

output "backup_environment" {
  description = "As `environment`, for the bucket of the copies, to fail over to it; null without `backup`."
  value       = one(data.fovea_backend_environment.backup[*].variables)
}

output "backup_dotenv" {
  description = "As `dotenv`, for the bucket of the copies, to fail over to it; null without `backup`."
  value       = one(data.fovea_backend_environment.backup[*].dotenv)
  sensitive   = true
}

output "storage_check" {
  description = "Results of the checks, each with `name`, `status`, `code`, `detail` and `remedy`; null without `storage_check`."
  value       = one(data.fovea_storage_check.videos[*].checks)
}
