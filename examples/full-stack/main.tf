# FOVEA's storage by this provider, and what hashicorp/aws does well beside it:
# CloudFront, EC2, Lambda, CloudWatch.
#
#   storage.tf     buckets: videos, access logs, copies in another region
#   cdn.tf         CloudFront in front of the videos
#   server.tf      the EC2 instance that FOVEA runs on
#   manifest.tf    the list of the videos, kept by a Lambda
#   uploads.tf     GitHub Actions may upload
#   monitoring.tf  metrics and alarms

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

# Both blocks have the same arguments with the same meaning.
provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

provider "fovea" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { app = "fovea" }
}
