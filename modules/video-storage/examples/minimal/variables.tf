variable "name_prefix" {
  description = "Prefix of the names of bucket and user. Bucket names are unique in all of AWS: choose your own."
  type        = string
  default     = "yourcompany-fovea"
}

variable "frontend_url" {
  description = "Origin from which FOVEA's pages are served, without a slash at the end."
  type        = string
  default     = "https://fovea.example.com"
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the bucket with all videos."
  type        = bool
  default     = false
}
