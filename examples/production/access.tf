# For FOVEA outside of AWS: a user with a key. It may list the bucket and get its
# objects, which is all that FOVEA needs.
#
# FOVEA takes a listing that is denied for an empty bucket, and deletes the
# annotations of every video: never take the policy away while FOVEA runs.
#
# The guide puts both actions into one statement, which cannot be narrowed to a
# prefix. Here are two.
resource "fovea_access_user" "fovea" {
  name   = "fovea-production"
  bucket = fovea_video_bucket.videos.bucket
}

# The secret is in the state in clear text. Keep the state where nobody else reads
# it, set pgp_key, or use the role below.
resource "fovea_access_key" "fovea" {
  user = fovea_access_user.fovea.name
}

# For FOVEA on EC2, without a key. The guide attaches a managed policy that it never
# made, which fails. Here the role carries its own.
#
# FOVEA runs in a container, so the instance needs a metadata hop limit of 2, which
# the guide does not say. See examples/full-stack for the instance.
resource "fovea_access_role" "ec2" {
  name                  = "FOVEA-EC2-S3-Access"
  bucket                = fovea_video_bucket.videos.bucket
  instance_profile_name = "FOVEA-EC2-Profile"
}

# For the workflow that uploads videos. The guide keeps an access key in the
# repository's secrets; here GitHub's own token is enough, for these branches, tags
# or environments alone.
#
# The guide's workflow stops at the first video without a sidecar, after the video
# and before the manifest. Upload each sidecar only if it is there, and leave the
# manifest to videos.tf: two writers overwrite each other's list.
resource "fovea_access_role" "uploads" {
  count = var.github_actions == null ? 0 : 1

  name             = "FOVEA-Video-Upload"
  bucket           = fovea_video_bucket.videos.bucket
  access           = "upload"
  trusted_services = []
  github_actions   = var.github_actions
}
