variable "region" {
  description = "AWS region of FOVEA and its videos."
  type        = string
  default     = "us-east-1"
}

variable "backup_region" {
  description = "AWS region of the copies."
  type        = string
  default     = "us-west-2"
}

variable "bucket" {
  description = "Name of the bucket of the videos, unique in the whole of AWS. Those of the logs and the copies begin with it."
  type        = string
  default     = "fovea-production-videos"
}

variable "frontend_url" {
  description = "Where FOVEA's pages are served from, without a slash at the end."
  type        = string
  default     = "https://fovea.yourcompany.com"
}

variable "instance_type" {
  description = "Type of the EC2 instance that FOVEA runs on."
  type        = string
  default     = "t3.large"
}

variable "subnet_id" {
  description = "Subnet of the EC2 instance; null takes one of the default VPC."
  type        = string
  default     = null
}

variable "video_suffixes" {
  description = "What the keys of videos end with, in any case."
  type        = list(string)
  default     = [".mp4"]
}

variable "lambda_package" {
  description = "Archive of the manifest Lambda. Build it with: python3 -m zipfile -c manifest_lambda.zip lambda/manifest_lambda.py"
  type        = string
  default     = "manifest_lambda.zip"

  validation {
    condition     = fileexists(var.lambda_package)
    error_message = "There is no archive of the manifest Lambda yet. Build it in this folder with: python3 -m zipfile -c manifest_lambda.zip lambda/manifest_lambda.py"
  }
}

variable "github_subjects" {
  description = "GitHub workflows that may upload, such as \"repo:yourcompany/videos:ref:refs/heads/main\"; none make no role for uploads."
  type        = list(string)
  default     = []
}

variable "alarm_topic_arns" {
  description = "SNS topics that hear of alarms."
  type        = list(string)
  default     = []
}

variable "force_destroy" {
  description = "Let terraform destroy delete the buckets together with all that is in them."
  type        = bool
  default     = false
}
