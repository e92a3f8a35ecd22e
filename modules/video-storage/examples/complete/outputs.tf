output "dotenv" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml."
  value       = module.production.dotenv
  sensitive   = true
}

output "backup_dotenv" {
  description = "The same for the bucket of the copies, to fail over to it."
  value       = module.production.backup_dotenv
  sensitive   = true
}

output "instance_profile_name" {
  description = "Name of the instance profile for FOVEA's EC2 instance."
  value       = module.production.instance_profile_name
}

output "github_role_arn" {
  description = "role-to-assume of aws-actions/configure-aws-credentials in the workflow that uploads."
  value       = module.production.github_role_arn
}

output "buckets" {
  description = "Names of all buckets of production."
  value = {
    videos    = module.production.bucket
    logs      = module.production.logs_bucket
    inventory = module.production.inventory_bucket
    backup    = module.production.backup_bucket
  }
}

output "staging_bucket" {
  description = "Name of the bucket of staging; null without it."
  value       = one(module.staging[*].bucket)
}
