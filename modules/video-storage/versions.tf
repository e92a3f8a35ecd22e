terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source  = "parafovea/fovea"
      version = ">= 0.1.0"
    }
  }
}
