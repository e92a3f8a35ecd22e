# The settings of a bucket that was not made here, with credentials that only read.
data "fovea_storage_check" "settings" {
  bucket  = "fovea-videos"
  include = ["public_access", "tls_only", "versioning", "encryption", "lifecycle", "replication", "archived_videos", "costs"]
}

output "findings" {
  value = {
    for check in data.fovea_storage_check.settings.checks : check.name => check.remedy
    if contains(["warn", "fail"], check.status)
  }
}
