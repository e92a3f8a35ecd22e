variable "region" {
  description = "AWS region of FOVEA, its videos and the logs."
  type        = string
  default     = "us-east-1"
}

variable "backup_region" {
  description = "AWS region of the copies, another one than that of the videos."
  type        = string
  default     = "us-west-2"
}

variable "bucket" {
  description = "Name of the bucket of the videos. Names are unique in all of AWS: choose your own."
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
  description = "Origin from which FOVEA's pages are served, without a slash at the end."
  type        = string
  default     = "https://fovea.yourcompany.com"
}

variable "raw_footage_prefix" {
  description = "Prefix of the keys of raw footage, which is archived when nobody reads it."
  type        = string
  default     = "raw/"
}

variable "github_actions" {
  description = "ARN of the account's OIDC provider for GitHub, and the exact subjects that may upload, such as \"repo:yourcompany/videos:ref:refs/heads/main\"; null creates no role for uploads."
  type = object({
    oidc_provider_arn = string
    subjects          = list(string)
  })
  default = null
}

variable "video_key" {
  description = "Key of a video to create a link to, such as \"intro.mp4\"."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the buckets with everything in them."
  type        = bool
  default     = false
}
