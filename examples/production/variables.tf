variable "region" {
  description = "AWS region of FOVEA, its videos and the logs."
  type        = string
  default     = "us-east-1"
}

variable "backup_region" {
  description = "AWS region of the copies."
  type        = string
  default     = "us-west-2"

  validation {
    condition     = var.backup_region != ""
    error_message = "Name a region for the copies, best another one than that of the videos."
  }
}

variable "bucket" {
  description = "Name of the bucket of the videos. Names are unique in the whole of AWS: choose your own."
  type        = string
  default     = "fovea-production-videos"
}

variable "log_bucket" {
  description = "Name of the bucket of the access logs."
  type        = string
  default     = "fovea-logs"
}

variable "backup_bucket" {
  description = "Name of the bucket of the copies."
  type        = string
  default     = "fovea-backup-videos"
}

variable "frontend_url" {
  description = "Where FOVEA's pages are served from, without a slash at the end."
  type        = string
  default     = "https://fovea.yourcompany.com"
}

variable "raw_footage_prefix" {
  description = "What the keys of raw footage begin with, which is archived when nobody reads it."
  type        = string
  default     = "raw/"

  validation {
    condition     = var.raw_footage_prefix != ""
    error_message = "Without a prefix all videos would be archived when nobody reads them, and not play until they are restored. Name the prefix of the raw footage."
  }
}

variable "github_actions" {
  description = "The account's OIDC provider for GitHub, and the exact subjects that may upload, such as \"repo:yourcompany/videos:ref:refs/heads/main\"; null makes no role for uploads."
  type = object({
    oidc_provider_arn = string
    subjects          = list(string)
  })
  default = null
}

variable "video_key" {
  description = "Key of a video to make a link to, such as \"intro.mp4\"."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Let terraform destroy delete the buckets together with all that is in them."
  type        = bool
  default     = false
}
