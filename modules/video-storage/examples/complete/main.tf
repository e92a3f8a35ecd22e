# Every part of the module, in two environments of one account. Each environment has a
# name prefix of its own, so that no name meets another.

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

  default_tags {
    tags = {
      app = "fovea"
    }
  }
}

# The staging environment lives in another region, with a provider of its own.
provider "fovea" {
  alias  = "staging"
  region = "eu-west-1"
}

module "production" {
  source = "../.."

  name_prefix   = "${var.company}-fovea-production"
  frontend_urls = ["https://fovea.example.com", "https://review.example.com"]
  tags          = { environment = "production" }
  force_destroy = var.force_destroy

  # Who reads and writes.
  iam_path    = "/fovea/"
  access_user = { rotation_triggers = { quarter = var.key_rotation } }
  ec2_role    = {}
  github_role = {
    oidc_provider_arn = var.github_oidc_provider_arn
    subjects          = ["repo:yourcompany/videos:ref:refs/heads/main"]
  }

  # What is logged, counted, archived, listed and copied.
  logs            = { expiration_days = 90 }
  metrics         = {}
  lifecycle_rules = { noncurrent_version_expiration_days = 30, raw_footage = {} }
  inventory       = { frequency = "Weekly" }
  backup          = { region = "us-west-2", noncurrent_version_expiration_days = 365 }
  manifest        = { detail = "full", snapshots = {} }
}

# With count, for_each or an alias, as any module.
module "staging" {
  source = "../.."
  count  = var.staging ? 1 : 0

  providers = {
    fovea = fovea.staging
  }

  name_prefix   = "${var.company}-fovea-staging"
  frontend_urls = ["http://localhost:3000"]
  tags          = { environment = "staging" }
  force_destroy = var.force_destroy

  access_user = {}
  manifest    = {}
}
