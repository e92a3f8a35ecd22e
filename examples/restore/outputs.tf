output "missing_in_backup" {
  description = "Videos without a copy: S3 has not copied them, or they were there before the replication."
  value       = local.missing_in_backup
}

output "only_in_backup" {
  description = "Copies whose video is gone: it was deleted, or uploaded to the backup during a failover."
  value       = local.only_in_backup
}

output "size_differs" {
  description = "Videos whose copy has another size."
  value       = local.size_differs
}

output "newest_snapshot" {
  description = "Key of the newest snapshot of the manifest in the backup."
  value       = local.newest_snapshot
}
