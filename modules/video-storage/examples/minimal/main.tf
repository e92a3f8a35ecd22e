# The least that FOVEA needs outside of AWS: a bucket, CORS rules, a user with a key
# that may only read, and the list of the videos.

terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = "us-east-1"
}

module "storage" {
  source = "../.."

  name_prefix   = var.name_prefix
  frontend_urls = [var.frontend_url]
  force_destroy = var.force_destroy

  access_user = {}
  manifest    = {}
}
