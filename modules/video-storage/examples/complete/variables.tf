variable "company" {
  description = "Beginning of all names. Bucket names are unique in all of AWS: choose your own."
  type        = string
  default     = "yourcompany"
}

variable "staging" {
  description = "Whether there is a staging environment."
  type        = bool
  default     = true
}

variable "github_oidc_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub. An account has one."
  type        = string
  default     = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
}

variable "key_rotation" {
  description = "A new value creates a new access key for FOVEA before the old one is deleted."
  type        = string
  default     = "2026-Q4"
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the buckets with everything in them."
  type        = bool
  default     = false
}
