# Two ways to use a bucket that exists already:
#
#   imported   the module manages the bucket. Its documents are imported with it.
#   shared     the bucket is managed elsewhere, here by a block of its own with
#              prevent_destroy, which a module cannot have. The module manages the
#              documents of the bucket alone.
#
# The first plan shows what differs from the module. Nothing is overwritten unseen: a
# document that exists and is not imported is refused, with the import block for it.

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

import {
  to = module.imported.fovea_video_bucket.videos[0]
  id = var.imported_bucket
}

import {
  to = module.imported.fovea_bucket_cors.videos[0]
  id = var.imported_bucket
}

module "imported" {
  source = "../.."

  name_prefix   = var.name_prefix
  bucket_name   = var.imported_bucket
  frontend_urls = [var.frontend_url]
  force_destroy = var.force_destroy

  access_user = {}
  manifest    = {}
}

import {
  to = fovea_video_bucket.shared
  id = var.shared_bucket
}

resource "fovea_video_bucket" "shared" {
  bucket        = var.shared_bucket
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

module "shared" {
  source = "../.."

  name_prefix   = "${var.name_prefix}-shared"
  create_bucket = false
  bucket_name   = fovea_video_bucket.shared.bucket
  region        = fovea_video_bucket.shared.region
  frontend_urls = [var.frontend_url]

  ec2_role = {}
  manifest = { prefix = "fovea/" }
}
