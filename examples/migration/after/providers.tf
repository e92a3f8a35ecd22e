terraform {
  required_version = ">= 1.8" # with OpenTofu 1.10, the first that moves between types

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = "us-east-1"
}
