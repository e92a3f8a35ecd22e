# FOVEA on AWS: the storage by the module video-storage, and CloudFront, EC2, Lambda and
# CloudWatch by hashicorp/aws.
#
#   storage.tf     the buckets of the videos, access logs and copies; users and roles
#   cdn.tf         CloudFront in front of the videos
#   server.tf      the EC2 instance that FOVEA runs on
#   manifest.tf    the Lambda that keeps the list of the videos
#   uploads.tf     GitHub's OIDC provider, for uploads by GitHub Actions
#   monitoring.tf  alarms and a dashboard

terraform {
  required_version = ">= 1.8"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90"
    }
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# S3 publishes most replication metrics in the region of the copies. The storage needs no
# second provider.
provider "aws" {
  alias  = "backup"
  region = var.backup_region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { app = "fovea" }
}
