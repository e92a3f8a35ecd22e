# Names and what they belong to.

variable "name_prefix" {
  description = "Prefix of all names: buckets such as `<name_prefix>-videos`, users and roles such as `<name_prefix>-ec2`. Bucket names are unique in all of AWS. Use one prefix per environment. Changing this forces new buckets and roles."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.name_prefix) <= 52
    error_message = "name_prefix has ${length(var.name_prefix)} characters. Use at most 52: a bucket name has at most 63 characters and a role name at most 64, and the module appends up to 12, as in \"-replication\"."
  }

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.name_prefix))
    error_message = "name_prefix must consist of lower-case letters, digits and hyphens, with a letter or digit at both ends, such as \"fovea-production\"."
  }

  validation {
    condition     = !can(regex("^(xn--|sthree-|amzn-s3-demo-)", var.name_prefix))
    error_message = "name_prefix must not begin with \"xn--\", \"sthree-\" or \"amzn-s3-demo-\": S3 reserves these names."
  }
}

variable "region" {
  description = "Region of the buckets, except for the backup. null uses the region of the provider. With `create_bucket = false`, the region of the existing bucket; null asks S3. Changing this forces new buckets."
  type        = string
  default     = null

  validation {
    condition     = var.region == null ? true : can(regex("^[a-z0-9-]+$", var.region))
    error_message = "region must be the code of a region, such as \"us-east-1\"."
  }
}

variable "tags" {
  description = "Tags of all buckets, users and roles. They win over the `default_tags` of the provider."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "force_destroy" {
  description = "Whether a destroy deletes buckets with everything in them. Apply `true` before you destroy a stack whose videos you no longer need. Videos cannot be restored afterwards."
  type        = bool
  default     = false
  nullable    = false
}

# The bucket of the videos.

variable "create_bucket" {
  description = "Whether the module creates and manages the bucket of the videos. With `false`, the bucket exists already and is managed elsewhere, and the module manages its documents alone: CORS rules, policy, lifecycle and so on."
  type        = bool
  default     = true
  nullable    = false
}

variable "bucket_name" {
  description = "Name of the bucket of the videos. null means `<name_prefix>-videos`. Changing this forces a new, empty bucket, and is refused while this one holds anything."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must have 3 to 63 characters, lower-case letters, digits, dots and hyphens, with a letter or digit at both ends."
  }
}

variable "versioning" {
  description = "Versioning of the bucket of the videos: `Enabled`, `Suspended`, or `Disabled` for a bucket that never had it. A backup requires `Enabled`."
  type        = string
  default     = "Enabled"
  nullable    = false

  validation {
    condition     = contains(["Enabled", "Suspended", "Disabled"], var.versioning)
    error_message = "versioning must be one of \"Enabled\", \"Suspended\" and \"Disabled\"."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the videos. The user and the roles may use it. null encrypts with keys of S3's own. Before a change, put the old key into `additional_kms_key_arns`. With `create_bucket = false`, the key of the existing bucket."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, such as \"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\". An alias grants nothing in a policy."
  }
}

variable "additional_kms_key_arns" {
  description = "ARNs of further KMS keys that the user and the roles may use, such as the former `kms_key_arn`, which older videos are still encrypted with. Without it, they no longer play after a change of `kms_key_arn`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.additional_kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))])
    error_message = "Each of additional_kms_key_arns must be the ARN of a key. An alias grants nothing in a policy."
  }
}

variable "frontend_urls" {
  description = "Origins from which FOVEA's pages are served, such as `[\"https://fovea.example.com\"]`: scheme, host and, if it is not the default, port. Browsers at other origins cannot play videos. `[]` manages no CORS rules, for servers such as MinIO that have none per bucket."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for url in var.frontend_urls : url == null ? false : url == "*" || can(regex("^[^:]+://", url))])
    error_message = "Each of frontend_urls must begin with its scheme, such as \"https://fovea.example.com\"."
  }

  validation {
    condition     = alltrue([for url in var.frontend_urls : url == null ? false : !can(regex("://.*[/?#]", url))])
    error_message = "Each of frontend_urls must be an origin, without a path and without a slash at the end: browsers send \"https://fovea.example.com\", and S3 compares letter by letter. Use ${jsonencode([for url in var.frontend_urls : try(regex("^[^:]+://[^/?#]*", url), url)])}."
  }

  validation {
    condition     = alltrue([for url in var.frontend_urls : url == null ? false : url == lower(url) && !can(regex("[\\s@]", url)) && length(split("*", url)) <= 2])
    error_message = "Each of frontend_urls must be an origin as browsers send it: in lower case, without spaces and user names, with at most one *."
  }

  validation {
    condition     = alltrue([for url in var.frontend_urls : url == null ? false : url == "*" || can(regex("^(https?|[a-z][a-z0-9+.-]*)://([^:/?#]+|\\[[0-9a-f:]+\\])(:[0-9*]+)?([/?#]|$)", url))])
    error_message = "Each of frontend_urls must have a host and, behind a colon, nothing but a port, such as \"http://localhost:3000\"."
  }

  validation {
    condition     = alltrue([for url in var.frontend_urls : url == null ? false : !can(regex("^(https://[^/]*:443|http://[^/]*:80)([/?#]|$)", url))])
    error_message = "Each of frontend_urls must leave out the default port of its scheme (443 for https, 80 for http): no browser sends it."
  }

  validation {
    condition     = length(distinct(var.frontend_urls)) == length(var.frontend_urls)
    error_message = "Each of frontend_urls must be there once."
  }
}

variable "bucket_policy" {
  description = "Whether the module manages the bucket policy of the videos. Set it to `false` if the policy is managed elsewhere, or if the server has no bucket policies."
  type        = bool
  default     = true
  nullable    = false
}

variable "deny_insecure_transport" {
  description = "Whether the bucket policies deny requests without TLS. null uses the default of `fovea_bucket_policy`, which is meant for AWS. On an S3-compatible server, set it: to `true` only if FOVEA reaches the server itself with https://. With `false`, a bucket with nothing else to allow or deny gets no policy."
  type        = bool
  default     = null
}

variable "read_principals" {
  description = "Further principals that may list the bucket and get its objects, as bucket policies name them: ARNs of users, roles and accounts, or users of an S3-compatible server. They may read the backup too."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for principal in var.read_principals : principal == null ? false : trimspace(principal) != "" && principal != "*"])
    error_message = "Each of read_principals must name somebody: an empty name is refused by S3, and \"*\" would open the bucket to the internet."
  }
}

variable "cloudfront_distribution_arns" {
  description = "ARNs of CloudFront distributions that may get objects, by origin access control."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.cloudfront_distribution_arns : can(regex("^arn:aws[a-z-]*:cloudfront::[0-9]{12}:distribution/[A-Z0-9]+$", arn))])
    error_message = "Each of cloudfront_distribution_arns must be the ARN of a distribution, such as \"arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE\"."
  }
}

variable "source_policy_documents" {
  description = "JSON documents whose statements are added to the bucket policy of the videos."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for document in var.source_policy_documents : can(jsondecode(document).Statement)])
    error_message = "Each of source_policy_documents must be a policy as JSON, with a Statement."
  }
}

# Who reads and writes. null leaves a part out, {} creates it with its defaults.

variable "iam_path" {
  description = "Path of the user, the roles and the instance profile. Changing this forces new roles."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = length(var.iam_path) <= 512 && can(regex("^/([!-~]+/)?$", var.iam_path))
    error_message = "iam_path must begin and end with a slash, such as \"/fovea/\", and have at most 512 characters."
  }
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the permissions of the user and the roles. null sets none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary must be the ARN of a managed policy, such as \"arn:aws:iam::123456789012:policy/boundary\"."
  }
}

variable "access_user" {
  description = "IAM user that FOVEA reads with outside of AWS, with an access key. `name` defaults to `name_prefix`. With `pgp_key` the secret is stored encrypted, and the environment has no key. A change of `rotation_triggers` creates a new key before the old one is deleted. `create_key = false` leaves keys to you. null creates no user."
  type = object({
    name              = optional(string)
    create_key        = optional(bool, true)
    pgp_key           = optional(string)
    rotation_triggers = optional(map(string))
    force_destroy     = optional(bool, false)
  })
  default = null

  validation {
    condition     = try(var.access_user.name, null) == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.access_user.name))
    error_message = "access_user.name must have 1 to 64 letters, digits and characters of +=,.@_-."
  }
}

variable "ec2_role" {
  description = "Role with an instance profile for FOVEA on EC2, which needs no key. `name` defaults to `<name_prefix>-ec2`, `instance_profile_name` to the name of the role. null creates no role."
  type = object({
    name                  = optional(string)
    instance_profile_name = optional(string)
  })
  default = null

  validation {
    condition     = try(var.ec2_role.name, null) == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.ec2_role.name))
    error_message = "ec2_role.name must have 1 to 64 letters, digits and characters of +=,.@_-."
  }

  validation {
    condition     = try(var.ec2_role.instance_profile_name, null) == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.ec2_role.instance_profile_name))
    error_message = "ec2_role.instance_profile_name must have 1 to 128 letters, digits and characters of +=,.@_-."
  }
}

variable "github_role" {
  description = "Role for GitHub Actions workflows that upload videos, without a key. `oidc_provider_arn` is the ARN of the account's OIDC provider for GitHub, `subjects` are the exact subjects that may assume the role, such as `repo:owner/name:ref:refs/heads/main`. `name` defaults to `<name_prefix>-uploads`. `access` is `upload` or `read`. null creates no role."
  type = object({
    oidc_provider_arn = string
    subjects          = list(string)
    name              = optional(string)
    access            = optional(string, "upload")
  })
  default = null

  validation {
    condition     = try(var.github_role.name, null) == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.github_role.name))
    error_message = "github_role.name must have 1 to 64 letters, digits and characters of +=,.@_-."
  }

  validation {
    condition     = var.github_role == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+$", var.github_role.oidc_provider_arn))
    error_message = "github_role.oidc_provider_arn must be the ARN of an OIDC provider, such as \"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com\"."
  }

  validation {
    condition     = var.github_role == null ? true : try(length(var.github_role.subjects) > 0 && alltrue([for subject in var.github_role.subjects : can(regex(":", subject)) && !can(regex("[*?]|\\$\\{", subject))]), false)
    error_message = "github_role.subjects must name at least one branch, tag or environment, each exactly, such as \"repo:owner/name:ref:refs/heads/main\". A pattern can trust workflows that anybody starts."
  }

  validation {
    condition     = var.github_role == null ? true : contains(["upload", "read"], var.github_role.access)
    error_message = "github_role.access must be \"upload\" or \"read\"."
  }
}

# Documents of the bucket, and further buckets.

variable "logs" {
  description = "Access logs of the bucket. `bucket_name` defaults to `<name_prefix>-logs`. Logs expire after `expiration_days`; 0 keeps them. `create_bucket = false` delivers to a bucket that is managed elsewhere. `enabled = false` stops the logs and keeps the bucket. null manages neither."
  type = object({
    enabled         = optional(bool, true)
    create_bucket   = optional(bool, true)
    bucket_name     = optional(string)
    target_prefix   = optional(string, "s3-access/")
    expiration_days = optional(number, 365)
  })
  default = null

  validation {
    condition     = try(var.logs.bucket_name, null) == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.logs.bucket_name))
    error_message = "logs.bucket_name must have 3 to 63 characters, lower-case letters, digits, dots and hyphens, with a letter or digit at both ends."
  }

  validation {
    condition     = var.logs == null ? true : var.logs.create_bucket || var.logs.bucket_name != null
    error_message = "logs.create_bucket = false requires logs.bucket_name, the bucket that takes the logs."
  }

  validation {
    condition     = var.logs == null ? true : var.logs.expiration_days >= 0 && floor(var.logs.expiration_days) == var.logs.expiration_days
    error_message = "logs.expiration_days must be a whole number of days, or 0 to keep all logs."
  }
}

variable "metrics" {
  description = "Request metrics in CloudWatch, with the filter ID `name`. `prefix` limits them to keys that begin with it. null publishes none."
  type = object({
    name   = optional(string, "EntireBucket")
    prefix = optional(string)
  })
  default = null

  validation {
    condition     = var.metrics == null ? true : can(regex("^[A-Za-z0-9._-]{1,64}$", var.metrics.name))
    error_message = "metrics.name must have 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "lifecycle_rules" {
  description = "Lifecycle rules of the videos. `transitions` move them to cheaper storage classes; videos in the defaults play at once. `noncurrent_version_expiration_days` deletes versions that were overwritten or deleted, except for the newest `newer_noncurrent_versions`; 0 keeps them all. `abort_incomplete_multipart_upload_days` removes parts of broken uploads; 0 keeps them. `raw_footage` moves objects below `prefix` to Intelligent-Tiering, with archive tiers from which they must be restored before they play. null manages no rules."
  type = object({
    transitions = optional(list(object({
      days          = number
      storage_class = string
      })), [
      { days = 90, storage_class = "STANDARD_IA" },
      { days = 365, storage_class = "GLACIER_IR" },
    ])
    noncurrent_version_expiration_days     = optional(number, 90)
    newer_noncurrent_versions              = optional(number)
    abort_incomplete_multipart_upload_days = optional(number, 7)
    raw_footage = optional(object({
      prefix                   = optional(string, "raw/")
      archive_access_days      = optional(number, 90)
      deep_archive_access_days = optional(number, 180)
    }))
  })
  default = null

  validation {
    condition = var.lifecycle_rules == null ? true : alltrue([for transition in var.lifecycle_rules.transitions :
      contains(["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], transition.storage_class) && try(transition.days >= 0, false)
    ])
    error_message = "Each of lifecycle_rules.transitions needs days, and as storage_class one of STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER and DEEP_ARCHIVE."
  }

  validation {
    condition = var.lifecycle_rules == null ? true : alltrue([
      for days in [var.lifecycle_rules.noncurrent_version_expiration_days, var.lifecycle_rules.abort_incomplete_multipart_upload_days] : days >= 0 && floor(days) == days
    ])
    error_message = "lifecycle_rules.noncurrent_version_expiration_days and lifecycle_rules.abort_incomplete_multipart_upload_days must be whole numbers of days, or 0 for no such rule."
  }

  validation {
    condition     = try(var.lifecycle_rules.newer_noncurrent_versions, null) == null ? true : var.lifecycle_rules.newer_noncurrent_versions >= 1 && var.lifecycle_rules.newer_noncurrent_versions <= 100
    error_message = "lifecycle_rules.newer_noncurrent_versions must be between 1 and 100."
  }

  validation {
    condition = var.lifecycle_rules == null ? true : (
      length(var.lifecycle_rules.transitions) > 0 || var.lifecycle_rules.noncurrent_version_expiration_days > 0 ||
      var.lifecycle_rules.abort_incomplete_multipart_upload_days > 0 || var.lifecycle_rules.raw_footage != null
    )
    error_message = "lifecycle_rules would have no rule. Set lifecycle_rules to null to manage none."
  }

  validation {
    condition     = try(var.lifecycle_rules.raw_footage, null) == null ? true : var.lifecycle_rules.raw_footage.prefix != ""
    error_message = "lifecycle_rules.raw_footage.prefix must not be empty: all videos would be archived, and would not play until they are restored."
  }

  validation {
    condition = try(var.lifecycle_rules.raw_footage, null) == null ? true : (
      var.lifecycle_rules.raw_footage.archive_access_days >= 90 && var.lifecycle_rules.raw_footage.archive_access_days <= 730 &&
      var.lifecycle_rules.raw_footage.deep_archive_access_days >= 180 && var.lifecycle_rules.raw_footage.deep_archive_access_days <= 730 &&
      var.lifecycle_rules.raw_footage.archive_access_days < var.lifecycle_rules.raw_footage.deep_archive_access_days
    )
    error_message = "lifecycle_rules.raw_footage.archive_access_days must be 90 to 730, and deep_archive_access_days 180 to 730 and later."
  }
}

variable "inventory" {
  description = "Lists of the bucket that S3 makes by itself, for `manifest.source = \"inventory\"` and for audits. `bucket_name` of the bucket that takes them defaults to `<name_prefix>-inventory`. `frequency` is `Daily` or `Weekly`, `format` is `Parquet` or `CSV`. Lists expire after `expiration_days`; 0 keeps them. null makes none."
  type = object({
    bucket_name     = optional(string)
    frequency       = optional(string, "Daily")
    format          = optional(string, "Parquet")
    expiration_days = optional(number, 30)
  })
  default = null

  validation {
    condition     = try(var.inventory.bucket_name, null) == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.inventory.bucket_name))
    error_message = "inventory.bucket_name must have 3 to 63 characters, lower-case letters, digits, dots and hyphens, with a letter or digit at both ends."
  }

  validation {
    condition     = var.inventory == null ? true : contains(["Daily", "Weekly"], var.inventory.frequency)
    error_message = "inventory.frequency must be \"Daily\" or \"Weekly\"."
  }

  validation {
    condition     = var.inventory == null ? true : contains(["Parquet", "CSV"], var.inventory.format)
    error_message = "inventory.format must be \"Parquet\" or \"CSV\"."
  }

  validation {
    condition     = var.inventory == null ? true : var.inventory.expiration_days == 0 || var.inventory.expiration_days >= (var.inventory.frequency == "Weekly" ? 15 : 3) && floor(var.inventory.expiration_days) == var.inventory.expiration_days
    error_message = "inventory.expiration_days must be 0 to keep all lists, or a whole number of at least 3 days (15 for weekly lists), so that there is always a complete one."
  }
}

variable "backup" {
  description = "Bucket in another region to which S3 copies every new video, with CORS rules and read access for the user, the EC2 role and `read_principals`, so that FOVEA can fail over to it. `bucket_name` defaults to `<name_prefix>-backup`, `role_name` of the role that S3 copies with to `<name_prefix>-replication`. `kms_key_arn` is a key in the region of the backup, required if `kms_key_arn` of the module is set. `noncurrent_version_expiration_days` deletes old versions of copies; 0 keeps them. `enabled = false` stops the copies and keeps the bucket. null manages no backup."
  type = object({
    region                             = string
    enabled                            = optional(bool, true)
    bucket_name                        = optional(string)
    role_name                          = optional(string)
    storage_class                      = optional(string)
    kms_key_arn                        = optional(string)
    replication_time_control           = optional(bool, true)
    delete_marker_replication          = optional(bool, false)
    noncurrent_version_expiration_days = optional(number, 0)
  })
  default = null

  validation {
    condition     = var.backup == null ? true : can(regex("^[a-z0-9-]+$", var.backup.region))
    error_message = "backup.region must be the code of a region, such as \"us-west-2\"."
  }

  validation {
    condition     = try(var.backup.bucket_name, null) == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.backup.bucket_name))
    error_message = "backup.bucket_name must have 3 to 63 characters, lower-case letters, digits, dots and hyphens, with a letter or digit at both ends."
  }

  validation {
    condition     = try(var.backup.role_name, null) == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.backup.role_name))
    error_message = "backup.role_name must have 1 to 64 letters, digits and characters of +=,.@_-."
  }

  validation {
    condition     = try(var.backup.storage_class, null) == null ? true : contains(["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"], var.backup.storage_class)
    error_message = "backup.storage_class must be one of STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING and GLACIER_IR: copies in other classes do not play until they are restored."
  }

  validation {
    condition     = try(var.backup.kms_key_arn, null) == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.backup.kms_key_arn))
    error_message = "backup.kms_key_arn must be the ARN of a key in the region of the backup. An alias grants nothing in a policy."
  }

  validation {
    condition     = try(var.backup.kms_key_arn, null) == null ? true : try(split(":", var.backup.kms_key_arn)[3] == var.backup.region, true)
    error_message = "backup.kms_key_arn must be a key in the region of the backup: S3 encrypts the copies there."
  }

  validation {
    condition     = var.backup == null ? true : var.backup.noncurrent_version_expiration_days >= 0 && floor(var.backup.noncurrent_version_expiration_days) == var.backup.noncurrent_version_expiration_days
    error_message = "backup.noncurrent_version_expiration_days must be a whole number of days, or 0 to keep all versions."
  }
}

# What FOVEA and others read.

variable "manifest" {
  description = "List of the videos, published as `key` by each apply. The arguments are those of `fovea_manifest`. `snapshots = {}` keeps copies of the last 30 lists. `source = \"inventory\"` takes the list from `inventory`, which must be there for two days before. null publishes none."
  type = object({
    key                 = optional(string, "manifest.json")
    prefix              = optional(string)
    suffixes            = optional(list(string))
    exclude_prefixes    = optional(list(string))
    detail              = optional(string, "basic")
    source              = optional(string, "list")
    max_inventory_age   = optional(string)
    max_removed_percent = optional(number, 50)
    scan_on_plan        = optional(bool, true)
    triggers            = optional(map(string))
    retain_on_destroy   = optional(bool, false)
    snapshots = optional(object({
      prefix = optional(string, "manifests/")
      keep   = optional(number, 30)
    }))
  })
  default = null

  validation {
    condition     = var.manifest == null ? true : contains(["basic", "full"], var.manifest.detail)
    error_message = "manifest.detail must be \"basic\" or \"full\"."
  }

  validation {
    condition     = var.manifest == null ? true : contains(["list", "inventory"], var.manifest.source)
    error_message = "manifest.source must be \"list\" or \"inventory\"."
  }

  validation {
    condition     = var.manifest == null ? true : var.manifest.max_removed_percent >= 0 && var.manifest.max_removed_percent <= 100
    error_message = "manifest.max_removed_percent must be between 0 and 100."
  }

  validation {
    condition     = var.manifest == null ? true : var.manifest.key != "" && !startswith(var.manifest.key, "/")
    error_message = "manifest.key must not be empty or begin with a slash."
  }
}

variable "environment" {
  description = "What the environment of FOVEA's backend depends on beside the bucket and the key. `endpoint` is the URL of an S3-compatible server as the backend reaches it, and defaults to that of the provider. `cdn_base_url` is the URL of a CDN in front of the bucket."
  type = object({
    endpoint     = optional(string)
    cdn_base_url = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for url in [var.environment.endpoint, var.environment.cdn_base_url] : url == null ? true : can(regex("^https?://[^/]+", url))])
    error_message = "environment.endpoint and environment.cdn_base_url must be URLs that begin with http:// or https://."
  }
}

variable "storage_check" {
  description = "Check at each plan and apply whether FOVEA can list, read and play the videos, and warn with the remedy if not. With `access_user`, the checks use FOVEA's key. `include` names the checks, and defaults to those of what FOVEA needs. `origin` defaults to the first of `frontend_urls` without a `*`. A check costs up to 9 requests, and up to 18 with all of `include`. null checks nothing."
  type = object({
    include = optional(set(string))
    origin  = optional(string)
  })
  default = null
}
