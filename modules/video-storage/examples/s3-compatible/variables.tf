variable "endpoint" {
  description = "URL of the server, without a bucket, such as https://minio.example.com:9000."
  type        = string
}

variable "name_prefix" {
  description = "Prefix of the name of the bucket."
  type        = string
  default     = "fovea-production"
}

variable "frontend_url" {
  description = "Origin from which FOVEA's pages are served, without a slash at the end."
  type        = string
  default     = "https://fovea.example.com"
}

variable "cors" {
  description = "Whether the server has CORS rules per bucket. MinIO does not."
  type        = bool
  default     = true
}

variable "reader" {
  description = "FOVEA's user as bucket policies of the server name it, such as \"fovea\" for versitygw; null if the server's own tools let it read."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the bucket with all videos."
  type        = bool
  default     = false
}
