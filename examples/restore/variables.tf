variable "region" {
  description = "Region of the bucket of the videos. The region of the backup is found by itself. While the region of the videos is down, give that of the backup."
  type        = string
  default     = "us-east-1"
}

variable "bucket" {
  description = "Name of the bucket of the videos."
  type        = string
  default     = "fovea-production-videos"
}

variable "backup_bucket" {
  description = "Name of the bucket of the copies."
  type        = string
  default     = "fovea-backup-videos"
}

variable "compare" {
  description = "Whether to compare the buckets. false reads the backup alone, for a failover while the bucket or its region is down."
  type        = bool
  default     = true
  nullable    = false
}

variable "prefix" {
  description = "Compare only keys that begin with this. null compares all. All keys below it enter the state: above some 100,000 videos, compare one prefix at a time."
  type        = string
  default     = null
}

variable "suffixes" {
  description = "What the keys of videos and their sidecars end with. The default is what FOVEA lists, and sidecars."
  type        = list(string)
  default     = [".mp4", ".webm", ".ogg", ".mov", ".avi", ".mkv", ".info.json"]
}

variable "replication_time" {
  description = "How long S3 may take to copy a video. Younger videos are not reported as missing."
  type        = string
  default     = "1h"
}

variable "deleted_on_purpose" {
  description = "Keys of videos that were deleted on purpose, and whose copies may stay in the backup."
  type        = set(string)
  default     = []
}

variable "sample_video" {
  description = "Key of the MP4 file in the backup that is probed. null takes the first MP4 file."
  type        = string
  default     = null
}

variable "snapshots_prefix" {
  description = "Prefix of the manifest's snapshots: snapshots.prefix of fovea_manifest. If the key of the manifest is not manifest.json, add it and a slash."
  type        = string
  default     = "manifests/"
}

variable "origin" {
  description = "Origin of FOVEA's pages, such as https://fovea.example.com. The CORS rules of the backup are checked with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https?://[^/]+$", var.origin))
    error_message = "origin must be a scheme and a host without a slash at the end, such as https://fovea.example.com."
  }
}
