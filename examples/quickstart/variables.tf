variable "region" {
  description = "AWS region of the bucket; null takes it from the AWS_REGION environment variable or the AWS profile."
  type        = string
  default     = null
}

variable "bucket_prefix" {
  description = "Prefix of the bucket's name. A unique suffix is generated, since bucket names are global."
  type        = string
  default     = "fovea-videos-"
}

variable "user_name" {
  description = "Name of the IAM user that FOVEA reads the videos with."
  type        = string
  default     = "fovea-video-reader"
}

variable "allowed_origins" {
  description = "Where FOVEA's pages are served from."
  type        = list(string)
  default     = ["http://localhost:3000"]
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

variable "s3_use_path_style" {
  description = "Put the bucket's name in the path of the URL, as servers other than AWS mostly want it."
  type        = bool
  default     = false
}
