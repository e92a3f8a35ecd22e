output "bucket" {
  description = "Name of the bucket: upload videos here."
  value       = module.storage.bucket
}

output "dotenv" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml."
  value       = module.storage.dotenv
  sensitive   = true
}
