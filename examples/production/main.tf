# The S3 and IAM part of FOVEA's deployment guide as one call of the module
# video-storage, with the values of the guide. Where it does something else, a comment
# beginning with "The guide" says what, and why.

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

module "storage" {
  source = "../../modules/video-storage"

  name_prefix   = "fovea-production"
  bucket_name   = var.bucket
  force_destroy = var.force_destroy

  # The guide exposes ETag alone: a script cannot read Content-Range then, and players
  # that fetch a video themselves cannot seek in it. The module exposes four headers.
  frontend_urls = [var.frontend_url]

  # For FOVEA outside of AWS: a user with a key, which may list the bucket and get its
  # objects. FOVEA treats a denied listing as an empty bucket and deletes the annotations
  # of every video, so never take the policy away while FOVEA runs.
  #
  # The guide puts both actions into one statement, which cannot be limited to a prefix.
  # Here there are two.
  #
  # The secret is in the state in clear text. Restrict access to the state, set pgp_key,
  # or use the role below.
  access_user = {}

  # For FOVEA on EC2, without a key. The guide attaches a managed policy that it never
  # creates, which fails. Here the role has a policy of its own.
  #
  # FOVEA runs in a container, so the instance needs a metadata hop limit of 2, which the
  # guide does not say. See examples/full-stack for the instance.
  ec2_role = {
    name                  = "FOVEA-EC2-S3-Access"
    instance_profile_name = "FOVEA-EC2-Profile"
  }

  # For the workflow that uploads videos. The guide keeps an access key in the secrets of
  # the repository. Here GitHub's own token is enough, for the named branches, tags or
  # environments alone.
  github_role = var.github_actions == null ? null : {
    name              = "FOVEA-Video-Upload"
    oidc_provider_arn = var.github_actions.oidc_provider_arn
    subjects          = var.github_actions.subjects
  }

  # The guide assumes that the bucket for the access logs exists, and does not let S3
  # write to it: no log would arrive.
  logs = { bucket_name = var.log_bucket }

  # The guide watches requests, bytes and errors in CloudWatch, but S3 publishes these
  # only for a bucket with a metrics configuration. See examples/full-stack for an alarm.
  metrics = {}

  # The guide moves videos to GLACIER after a year: FOVEA still lists them, but they do
  # not play until they are restored. GLACIER_IR costs little more, and they play at once.
  #
  # The guide's Intelligent-Tiering configuration does nothing by itself: it is for
  # objects of one storage class, into which raw_footage moves what is below its prefix.
  #
  # The guide forgets old versions and the parts of broken uploads. Both are paid for, and
  # no listing shows them.
  lifecycle_rules = {
    noncurrent_version_expiration_days = 90
    raw_footage                        = { prefix = var.raw_footage_prefix }
  }

  # The guide replicates to a bucket and with a role that it never creates. S3 refuses
  # that. S3 copies what is uploaded from now on: run S3 Batch Replication once for the
  # videos that are there already.
  backup = {
    region      = var.backup_region
    bucket_name = var.backup_bucket
    role_name   = "S3-Replication-Role"
  }

  # The list of the videos, and copies of the last 30 lists ("Periodic manifests saved as
  # backups"). Every plan shows which videos came and went.
  #
  # The guide's Lambda lists the first 1,000 objects only, runs again for its own upload,
  # misses deletions, and publishes an empty list if a listing comes back empty.
  # examples/full-stack has one that does not.
  manifest = { snapshots = {} }
}

# A link to one video, once there is one. The guide's links expire after an hour. This
# one is valid for one to two days and stays the same for a day, so that a plan in
# between shows no change.
data "fovea_presigned_url" "video" {
  count = var.video_key == null ? 0 : 1

  bucket        = module.storage.bucket
  key           = var.video_key
  verify_object = true
  expires_in    = 172800
  stable_window = 86400
}
