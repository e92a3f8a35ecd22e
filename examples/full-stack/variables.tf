variable "region" {
  description = "AWS region of FOVEA and its videos."
  type        = string
  default     = "us-east-1"
  nullable    = false
}

variable "backup_region" {
  description = "AWS region of the copies. Must not be `region`."
  type        = string
  default     = "us-west-2"
  nullable    = false
}

variable "name_prefix" {
  description = "Prefix of all names, such as the bucket `<name_prefix>-videos`. Bucket names are unique in all of AWS: choose your own."
  type        = string
  default     = "fovea-production"
  nullable    = false
}

variable "frontend_url" {
  description = "Origin from which FOVEA's pages are served, without a slash at the end."
  type        = string
  default     = "https://fovea.yourcompany.com"
  nullable    = false
}

variable "cloudfront" {
  description = "CloudFront in front of the videos. `distribution_id` is the ID of an existing distribution; without it, a new one is created. null is for no CloudFront."
  type = object({
    distribution_id = optional(string)
  })
  default = {}

  validation {
    condition     = try(var.cloudfront.distribution_id, null) == null ? true : can(regex("^[A-Z0-9]+$", var.cloudfront.distribution_id))
    error_message = "cloudfront.distribution_id must be the ID of a distribution, such as \"E2EXAMPLE\": not its ARN, and not its domain name."
  }
}

variable "server" {
  description = "EC2 instance that FOVEA runs on. `subnet_id` defaults to a subnet of the default VPC. null creates no instance, for one that is running already. Changing `subnet_id` forces a new instance, which `prevent_destroy` refuses."
  type = object({
    instance_type = optional(string, "t3.large")
    subnet_id     = optional(string)
  })
  default = {}
}

variable "video_suffixes" {
  description = "Suffixes of the keys of videos, in upper or lower case."
  type        = list(string)
  default     = [".mp4"]
  nullable    = false
}

variable "lambda_package" {
  description = "Path of the archive of the Lambda. null means `../manifest-lambda/manifest_lambda.zip`."
  type        = string
  default     = null
}

variable "github_subjects" {
  description = "Subjects of the GitHub Actions workflows that may upload, such as `[\"repo:yourcompany/videos:ref:refs/heads/main\"]`. `[]` creates no role for uploads."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "github_oidc_provider_arn" {
  description = "ARN of the OIDC provider for GitHub, if the account has one. null creates it."
  type        = string
  default     = null
}

variable "alarms" {
  description = "SNS topics that alarms are sent to, and thresholds. CloudWatch sends only to topics of its own region, so the alarms on the copies have topics of their own. `client_errors`, `server_errors` and `replication_pending` are numbers of requests within 5 minutes."
  type = object({
    topic_arns                  = optional(list(string), [])
    backup_topic_arns           = optional(list(string), [])
    client_errors               = optional(number, 10)
    server_errors               = optional(number, 10)
    bytes_downloaded_per_hour   = optional(number, 107374182400) # 100 GiB
    replication_latency_seconds = optional(number, 900)
    replication_pending         = optional(number, 100)
  })
  default  = {}
  nullable = false
}

variable "force_destroy" {
  description = "Whether a destroy deletes the buckets with everything in them. While it is false, the instance has termination protection."
  type        = bool
  default     = false
  nullable    = false
}
