# The stack to which the guide Recovery is applied.

terraform {
  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {}

module "storage" {
  source = "../../../../../modules/video-storage"

  name_prefix             = "fovea-production"
  frontend_urls           = ["https://fovea.yourcompany.com"]
  deny_insecure_transport = true

  access_user     = {}
  lifecycle_rules = {}
  backup          = { region = "us-west-2", bucket_name = "fovea-backup-videos" }
  manifest        = { snapshots = {} }
}

output "dotenv" {
  value     = module.storage.dotenv
  sensitive = true
}

output "backup_dotenv" {
  value     = module.storage.backup_dotenv
  sensitive = true
}
