# A check that fails is a warning: the plan goes on. In a pipeline, read the results from
# the plan, as README.md shows.

check "backup_is_complete" {
  assert {
    condition     = var.compare
    error_message = "The buckets were not compared, because compare is false."
  }

  assert {
    condition     = length(local.backup_keys) > 0
    error_message = "${var.backup_bucket} has no video${var.prefix == null ? "" : " below ${var.prefix}"}."
  }

  assert {
    condition     = length(local.missing_in_backup) == 0
    error_message = "${length(local.missing_in_backup)} videos have no copy in ${var.backup_bucket}, such as ${join(", ", slice(local.missing_in_backup, 0, min(10, length(local.missing_in_backup))))}. Copy them with S3 Batch Replication."
  }

  assert {
    condition     = length(local.size_differs) == 0
    error_message = "${length(local.size_differs)} copies in ${var.backup_bucket} differ in size from their videos, such as ${join(", ", slice(local.size_differs, 0, min(10, length(local.size_differs))))}. Copy them with S3 Batch Replication."
  }
}

check "nothing_was_deleted" {
  assert {
    condition     = var.compare
    error_message = "The buckets were not compared, because compare is false."
  }

  assert {
    condition     = length(local.only_in_backup) == 0
    error_message = "${length(local.only_in_backup)} videos are in ${var.backup_bucket} only, such as ${join(", ", slice(local.only_in_backup, 0, min(10, length(local.only_in_backup))))}. They were deleted in ${var.bucket}, or uploaded during a failover. Name those that were deleted on purpose in deleted_on_purpose."
  }
}

# FOVEA could run from the backup: list it, read it, and let browsers play a video. A check
# that was skipped, for example because the backup has no video, has not passed.
check "backup_is_usable" {
  data "fovea_storage_check" "backup" {
    bucket  = var.backup_bucket
    origin  = var.origin
    include = ["credentials", "list", "get", "cors", "presigned_url", "clock_skew"]
  }

  assert {
    condition = alltrue([
      for check in data.fovea_storage_check.backup.checks : contains(["pass", "warn"], check.status)
    ])
    error_message = join("\n", [
      for check in data.fovea_storage_check.backup.checks : "${check.name}: ${check.detail} ${check.remedy == null ? "" : check.remedy}"
      if !contains(["pass", "warn"], check.status)
    ])
  }
}

check "a_copy_plays" {
  data "fovea_video" "sample" {
    bucket = var.backup_bucket
    key    = local.sample_video
  }

  # null if it cannot be told, as for WebM.
  assert {
    condition     = data.fovea_video.sample.browser_playable == true
    error_message = "${local.sample_video} in ${var.backup_bucket} does not play in every browser, or that cannot be told: ${data.fovea_video.sample.browser_playable_reason == null ? "its format is not known" : data.fovea_video.sample.browser_playable_reason}"
  }
}

check "newest_snapshot_is_readable" {
  data "fovea_manifest" "snapshot" {
    bucket = var.backup_bucket
    key    = local.newest_snapshot
    limit  = 1
  }

  assert {
    condition     = data.fovea_manifest.snapshot.video_count > 0
    error_message = "The snapshot ${local.newest_snapshot} in ${var.backup_bucket} lists no video."
  }
}
