# One stack on a server, whose parts are switched on and off in place. The address, the
# region and the key are taken from AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and
# AWS_SECRET_ACCESS_KEY:
#
#   terraform test -test-directory=tests/server

provider "fovea" {
  s3_use_path_style = true

  default_tags {
    tags = { app = "fovea" }
  }
}

variables {
  name_prefix             = "fovea-test"
  frontend_urls           = ["https://fovea.example.com"]
  force_destroy           = true
  deny_insecure_transport = true
}

run "bucket" {
  assert {
    condition     = output.bucket_arn == "arn:aws:s3:::fovea-test-videos"
    error_message = "got ${output.bucket_arn}, want the ARN of fovea-test-videos"
  }

  assert {
    condition     = jsondecode(output.read_policy).Statement[0].Resource == output.bucket_arn
    error_message = "the policy for readers is for another bucket"
  }

  assert {
    condition     = output.environment.S3_BUCKET == "fovea-test-videos" && output.environment.S3_REGION == output.bucket_region
    error_message = "the environment names another bucket or region"
  }
}

run "everything" {
  variables {
    access_user = {}
    ec2_role    = {}
    github_role = {
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      subjects          = ["repo:yourcompany/videos:ref:refs/heads/main"]
    }
    logs            = {}
    metrics         = {}
    lifecycle_rules = { raw_footage = {} }
    inventory       = {}
    backup          = { region = "eu-central-1", noncurrent_version_expiration_days = 30 }
    manifest        = { snapshots = {} }
    storage_check   = {}
  }

  assert {
    condition     = length(output.storage_check) == 8 && alltrue([for check in output.storage_check : contains(["pass", "skipped"], check.status)])
    error_message = "the checks found ${jsonencode(output.storage_check)}"
  }

  assert {
    condition     = output.environment.AWS_ACCESS_KEY_ID == output.access_key_id && output.secret_environment.AWS_SECRET_ACCESS_KEY == output.secret_access_key
    error_message = "the environment does not have the key of the user"
  }

  assert {
    condition     = output.backup_environment.S3_BUCKET == "fovea-test-backup" && output.backup_environment.S3_REGION == "eu-central-1"
    error_message = "the environment of the backup names another bucket or region"
  }

  assert {
    condition     = output.replication_rule_id == "ReplicateVideos"
    error_message = "got the replication rule ${output.replication_rule_id}, want ReplicateVideos"
  }

  assert {
    condition     = output.video_count == 0
    error_message = "got ${output.video_count} videos, want 0"
  }
}

run "stopped" {
  variables {
    access_user = { name = "fovea-renamed", pgp_key = "mDMEawvIMxYJKwYBBAHaRw8BAQdAEEXKn/pXFY3VScmtyshK03duTuzwVeaQ6YT4qD9OwnG0AXiIkAQTFggAOBYhBIcOzx1rzeK+BV8QZN57cY72l4G5BQJrC8gzAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEN57cY72l4G5stcA/22oEcLWzB5ilJwt4RfnmKNfX2QtDy16SsEXd3wL8ReLAP9wF+IY0zNljl1OMy7ZyZ5xs8oTqYz2OHbKGQpyAVtmCLg4BGsLyDMSCisGAQQBl1UBBQEBB0Aul36wsRo8NckLvCBtYKvS2mTcmgtK1cmN4LRMXhMPQwMBCAeIeAQYFggAIBYhBIcOzx1rzeK+BV8QZN57cY72l4G5BQJrC8gzAhsMAAoJEN57cY72l4G5QPgA/28tu90/pqC1Z2alaGCd4lVGYEFzendI8BV4X6aIy+mNAQCGVClhXRTXjLFhxeHaQg71jTcgNgNglMIrDE3NjkjpCg==" }
    logs        = { enabled = false }
    backup      = { region = "eu-central-1", enabled = false }
    manifest    = {}
  }

  assert {
    condition     = output.logs_bucket == "fovea-test-logs" && output.backup_bucket == "fovea-test-backup"
    error_message = "a bucket is gone that was only stopped"
  }

  assert {
    condition     = output.encrypted_secret_access_key != null && output.secret_access_key == null && output.environment.AWS_ACCESS_KEY_ID == ""
    error_message = "the secret is not encrypted, or the environment has a key without its secret"
  }
}

run "bucket_again" {
  assert {
    condition     = output.access_user_name == null && output.logs_bucket == null && output.backup_bucket == null && output.replication_rule_id == null && output.manifest_key == null
    error_message = "a part is there that was switched off"
  }
}
