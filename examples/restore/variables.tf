variable "region" {
  description = "Region of the bucket of the videos. The region of the backup is found by itself."
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
  default     = "fovea-production-backup"
}

variable "prefix" {
  description = "Compare only keys that begin with this. null compares all. All keys below it enter the state: above some 100,000 videos, compare one prefix at a time."
  type        = string
  default     = null
}

variable "suffixes" {
  description = "What the keys of videos end with. The default is what FOVEA lists."
  type        = list(string)
  default     = [".mp4", ".webm", ".ogg", ".mov", ".avi", ".mkv"]
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
  description = "Key of the MP4 file in the backup that is probed. null takes the first video, which should be an MP4 file then."
  type        = string
  default     = null
}

variable "snapshots_prefix" {
  description = "Prefix of the manifest's snapshots: snapshots.prefix of fovea_manifest."
  type        = string
  default     = "manifests/"
}

variable "origin" {
  description = "Origin of FOVEA's pages, such as https://fovea.example.com. null skips the check of the CORS rules."
  type        = string
  default     = null
}
