output "missing_in_backup" {
  description = "Videos without a copy: S3 has not copied them, or they were there before the replication. null if compare is false."
  value       = var.compare ? local.missing_in_backup : null
}

output "only_in_backup" {
  description = "Copies whose video is gone: it was deleted, or uploaded to the backup during a failover. null if compare is false."
  value       = var.compare ? local.only_in_backup : null
}

output "size_differs" {
  description = "Videos whose copy has another size. null if compare is false."
  value       = var.compare ? local.size_differs : null
}

output "newest_snapshot" {
  description = "Key of the newest snapshot of the manifest in the backup."
  value       = local.newest_snapshot
}
