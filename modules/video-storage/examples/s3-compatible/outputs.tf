output "bucket" {
  description = "Name of the bucket: upload videos here."
  value       = module.storage.bucket
}

output "read_policy" {
  description = "What FOVEA's user must be allowed, for servers with policies of their own, such as `mc admin policy create`."
  value       = module.storage.read_policy
}

output "environment" {
  description = "Environment variables of FOVEA's backend, except for the key of its user."
  value       = module.storage.environment
}
