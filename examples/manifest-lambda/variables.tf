variable "bucket" {
  description = "Name of the bucket of the videos."
  type        = string
  nullable    = false
}

variable "name" {
  description = "Name of the Lambda and of its role. Must be unique in the account."
  type        = string
  default     = "fovea-manifest"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name must have 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "manifest_key" {
  description = "Key of the manifest."
  type        = string
  default     = "manifest.json"
  nullable    = false
}

variable "video_suffixes" {
  description = "Suffixes of the keys of videos, in upper or lower case."
  type        = list(string)
  default     = [".mp4"]
  nullable    = false

  validation {
    condition     = length(var.video_suffixes) > 0 && alltrue([for suffix in var.video_suffixes : can(regex("^\\.[^,*]+$", suffix))])
    error_message = "video_suffixes must name at least one suffix, such as \".mp4\", each with its dot and without commas or wildcards."
  }
}

variable "max_removed_percent" {
  description = "Share of the list, in percent, that a call may remove. If more videos are gone, the Lambda fails and the list stays."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.max_removed_percent >= 0 && var.max_removed_percent <= 100
    error_message = "max_removed_percent must be between 0 and 100."
  }
}

variable "kms_key_arns" {
  description = "ARNs of the KMS keys that encrypt the videos or the manifest."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the permissions of the role. null sets none."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Number of days for which CloudWatch keeps the logs."
  type        = number
  default     = 90
  nullable    = false
}

variable "lambda_package" {
  description = "Path of the archive of the Lambda. null means `manifest_lambda.zip` in this folder."
  type        = string
  default     = null
}
