# Can the backup replace the bucket of the videos? This configuration only reads. Run it
# on a schedule, and after an accident to see what is missing.

terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

# One provider reads buckets in all regions.
provider "fovea" {
  region = var.region
}

# What is in the buckets now. The manifest of the backup does not tell: it is a copy of
# the manifest that lists the other bucket.
data "fovea_videos" "primary" {
  count = var.compare ? 1 : 0

  bucket   = var.bucket
  prefix   = var.prefix
  suffixes = var.suffixes
}

data "fovea_videos" "backup" {
  bucket   = var.backup_bucket
  prefix   = var.prefix
  suffixes = var.suffixes
}

data "fovea_videos" "snapshots" {
  bucket   = var.backup_bucket
  prefix   = var.snapshots_prefix
  suffixes = [".json"]
}

locals {
  primary = flatten(data.fovea_videos.primary[*].videos)

  # Videos that S3 should have copied by now.
  due = [
    for video in local.primary : video
    if timecmp(timeadd(video.last_modified, var.replication_time), plantimestamp()) <= 0
  ]

  primary_keys = toset([for video in local.primary : video.key])
  backup_keys  = toset([for video in data.fovea_videos.backup.videos : video.key])
  backup_sizes = { for video in data.fovea_videos.backup.videos : video.key => video.size... }

  # A copy has the size of its video, and keeps its time. Its ETag can differ.
  missing_in_backup = [for key in setsubtract([for video in local.due : video.key], local.backup_keys) : key]
  only_in_backup    = var.compare ? [for key in setsubtract(local.backup_keys, setunion(local.primary_keys, var.deleted_on_purpose)) : key] : []
  size_differs      = [for video in local.due : video.key if !contains(lookup(local.backup_sizes, video.key, [video.size]), video.size)]

  # Whether a WebM file plays cannot be told, so an MP4 file is probed.
  sample_video = var.sample_video != null ? var.sample_video : try([for key in sort(local.backup_keys) : key if endswith(lower(key), ".mp4")][0], "none.mp4")

  # The names of snapshots are their times, so the last one is the newest. Snapshots of
  # another manifest are in a folder below the prefix.
  snapshots = [
    for video in data.fovea_videos.snapshots.videos : video.key
    if can(regex("^\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ\\.json$", trimprefix(video.key, var.snapshots_prefix)))
  ]
  newest_snapshot = try(reverse(local.snapshots)[0], "${var.snapshots_prefix}none")
}
