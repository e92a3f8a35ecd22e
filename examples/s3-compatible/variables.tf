variable "endpoint" {
  description = "URL of the server, such as https://minio.yourcompany.com:9000."
  type        = string

  validation {
    condition     = can(regex("^https?://[^/]+/?$", var.endpoint))
    error_message = "Give the URL of the server without a bucket, such as https://minio.yourcompany.com:9000."
  }
}

variable "region" {
  description = "Region that requests are signed for, as the server has it in its settings. Most have us-east-1."
  type        = string
  default     = "us-east-1"
}

variable "bucket" {
  description = "Name of the bucket of the videos."
  type        = string
  default     = "fovea-production-videos"
}

variable "frontend_url" {
  description = "Where FOVEA's pages are served from, without a slash at the end."
  type        = string
  default     = "https://fovea.yourcompany.com"
}

variable "cors" {
  description = "Whether the server takes CORS rules for a bucket. MinIO does not."
  type        = bool
  default     = true
}

variable "reader" {
  description = "FOVEA's user, as the server's bucket policies write it, such as \"fovea\" for versitygw; null when the server's own tools let it read."
  type        = string
  default     = null
}

variable "tls_only" {
  description = "Deny requests without TLS. Set it to true only if FOVEA reaches the server itself with https://. Without TLS, behind a proxy that ends it, or on a server that ignores conditions in a policy, it would deny everything."
  type        = bool
  default     = false
}

variable "video_key" {
  description = "Key of a video to make a link to, such as \"intro.mp4\"."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Let terraform destroy delete the bucket together with all its videos."
  type        = bool
  default     = false
}
