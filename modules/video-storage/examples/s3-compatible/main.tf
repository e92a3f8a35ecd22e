# An S3-compatible server such as MinIO or versitygw: a bucket, a policy that lets
# FOVEA's user read, and the list of the videos.
#
# Such a server has no IAM: create FOVEA's user with the server's own tools, and leave
# out what only AWS has (users, roles, logs, metrics, lifecycle rules, backup).

terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

# The key is taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
provider "fovea" {
  region            = "us-east-1"
  s3_use_path_style = true # https://server/bucket/key, not https://bucket.server/key

  endpoints {
    s3 = var.endpoint
  }

  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

module "storage" {
  source = "../.."

  name_prefix   = var.name_prefix
  force_destroy = var.force_destroy

  # MinIO has CORS settings for the whole server, and refuses those of a bucket.
  frontend_urls = var.cors ? [var.frontend_url] : []

  # A server behind a proxy that ends TLS would deny everybody.
  deny_insecure_transport = false

  # versitygw lets users in by bucket policies, MinIO by policies of its own: see the
  # output read_policy.
  read_principals = var.reader == null ? [] : [var.reader]

  manifest = {}

  # Without S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: those are the user's.
  environment = { endpoint = var.endpoint }
}
