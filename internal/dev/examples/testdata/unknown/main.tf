# Calls of the module video-storage with arguments that no plan knows.

terraform {
  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = "us-east-1"
}

resource "terraform_data" "later" {
  input = {
    name         = "unknown"
    url          = "https://fovea.example.com"
    key          = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"
    other_key    = "arn:aws:kms:us-west-2:123456789012:key/1234abcd"
    region       = "us-west-2"
    path         = "/fovea/"
    principal    = "arn:aws:iam::123456789012:root"
    distribution = "arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE"
    oidc         = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    subject      = "repo:yourcompany/videos:ref:refs/heads/main"
    policy       = jsonencode({ Version = "2012-10-17", Statement = [] })
  }
}

locals {
  later = terraform_data.later.output
}

module "all" {
  source = "../../../../../modules/video-storage"

  name_prefix                  = local.later.name
  frontend_urls                = [local.later.url, "http://localhost:3000"]
  kms_key_arn                  = local.later.key
  additional_kms_key_arns      = [local.later.key]
  read_principals              = [local.later.principal]
  cloudfront_distribution_arns = [local.later.distribution]
  source_policy_documents      = [local.later.policy]
  iam_path                     = local.later.path
  access_user                  = { name = local.later.name }
  ec2_role                     = { name = local.later.name }
  github_role                  = { oidc_provider_arn = local.later.oidc, subjects = [local.later.subject] }
  logs                         = { bucket_name = local.later.name }
  metrics                      = { name = local.later.name }
  lifecycle_rules              = { raw_footage = { prefix = local.later.name } }
  inventory                    = { bucket_name = local.later.name }
  backup                       = { region = local.later.region, kms_key_arn = local.later.other_key }
  manifest                     = { key = local.later.name }
  environment                  = { cdn_base_url = local.later.url }
}

resource "fovea_video_bucket" "elsewhere" {
  bucket = local.later.name

  lifecycle {
    prevent_destroy = true
  }
}

module "elsewhere" {
  source = "../../../../../modules/video-storage"

  name_prefix             = "known"
  create_bucket           = false
  bucket_name             = fovea_video_bucket.elsewhere.bucket
  region                  = fovea_video_bucket.elsewhere.region
  frontend_urls           = ["https://fovea.example.com"]
  deny_insecure_transport = true
  access_user             = {}
  logs                    = {}
  backup                  = { region = "us-west-2" }
  manifest                = {}
}
