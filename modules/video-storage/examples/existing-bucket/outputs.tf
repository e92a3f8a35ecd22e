output "dotenv" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml, for the imported bucket."
  value       = module.imported.dotenv
  sensitive   = true
}

output "shared_environment" {
  description = "Environment variables of a FOVEA on EC2 that uses the shared bucket."
  value       = module.shared.environment
}
