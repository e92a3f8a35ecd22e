# The S3 and IAM part of FOVEA's deployment guide as one configuration, with the
# values of the guide. Where it does something else, a comment beginning with
# "The guide" says what, and why.
#
#   storage.tf     the bucket, its policy, and the CORS rules for the browser
#   access.tf      the user, the role for EC2, the role for GitHub Actions
#   videos.tf      the manifest, and a link to a video
#   monitoring.tf  access logs, and metrics in CloudWatch
#   costs.tf       moves to cheaper storage classes
#   recovery.tf    copies in another region

terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = var.region

  default_tags {
    tags = {
      app         = "fovea"
      environment = "production"
    }
  }
}
