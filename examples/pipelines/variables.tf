variable "region" {
  description = "Region of the providers."
  type        = string
  default     = "us-east-1"
}

variable "issuer" {
  description = "Host of the issuer of the tokens: `token.actions.githubusercontent.com`, or the host of a GitLab instance such as `gitlab.com`."
  type        = string
  default     = "token.actions.githubusercontent.com"

  validation {
    condition     = can(regex("^[a-z0-9.-]+(/[A-Za-z0-9._/-]+)?$", var.issuer))
    error_message = "issuer must be a host, without https:// and without a slash at the end."
  }
}

variable "plan_subjects" {
  description = "Subjects of the tokens that may plan, such as `repo:example/fovea:pull_request` and `repo:example/fovea:ref:refs/heads/main`, or `project_path:example/fovea:ref_type:branch:ref:*` for GitLab."
  type        = list(string)

  validation {
    condition     = length(var.plan_subjects) > 0 && alltrue([for s in var.plan_subjects : can(regex("^(repo|project_path):[^*?:]+/[^*?:]+:", s))])
    error_message = "Each of plan_subjects must name its repository or project in full, such as \"repo:example/fovea:pull_request\"."
  }
}

variable "apply_subjects" {
  description = "Subjects of the tokens that may apply, such as `repo:example/fovea:environment:production` and `repo:example/fovea:environment:production-review`, or `project_path:example/fovea:ref_type:branch:ref:main` for GitLab."
  type        = list(string)

  validation {
    condition     = length(var.apply_subjects) > 0 && alltrue([for s in var.apply_subjects : can(regex("^[^*?]+:[^*?]+$", s))])
    error_message = "Each of apply_subjects must be exact, such as \"repo:example/fovea:environment:production\"."
  }
}

variable "role_prefix" {
  description = "Prefix of the names of the two roles. `principals` must not match them: a pipeline could change its own role. A plan refuses this."
  type        = string
  default     = "pipeline-fovea"
}

variable "bucket" {
  description = "Name of the bucket of the videos."
  type        = string
  default     = "fovea-production-videos"
}

variable "additional_buckets" {
  description = "Names of the further buckets that the configuration manages: logs, inventories, backup."
  type        = list(string)
  default     = []
}

variable "kms_key_arns" {
  description = "ARNs of the KMS keys that encrypt the buckets."
  type        = list(string)
  default     = []
}

variable "principals" {
  description = "Pattern of the names of the users and roles that the configuration manages, with their path."
  type        = string
  default     = "fovea-production*"
}

variable "state" {
  description = "Bucket and key of the Terraform state, for the backend `s3` with `use_lockfile`. null grants nothing on a state."
  type        = object({ bucket = string, key = string })
  default     = null
}
