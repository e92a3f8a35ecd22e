variable "imported_bucket" {
  description = "Name of an existing bucket that the module takes over."
  type        = string
}

variable "shared_bucket" {
  description = "Name of an existing bucket that stays managed outside of the module."
  type        = string
}

variable "name_prefix" {
  description = "Prefix of the names of user and role."
  type        = string
  default     = "fovea-production"
}

variable "frontend_url" {
  description = "Origin from which FOVEA's pages are served, without a slash at the end."
  type        = string
  default     = "https://fovea.example.com"
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the buckets with everything in them."
  type        = bool
  default     = false
}
