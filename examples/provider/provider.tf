terraform {
  required_providers {
    fovea = {
      source = "registry.terraform.io/parafovea/fovea"
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
