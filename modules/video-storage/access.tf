# Who reads and writes.

resource "fovea_access_user" "fovea" {
  count = var.access_user == null ? 0 : 1

  name                 = coalesce(var.access_user.name, var.name_prefix)
  path                 = var.iam_path
  bucket               = local.bucket
  additional_buckets   = fovea_video_bucket.backup[*].bucket
  kms_key_arns         = local.all_key_arns
  permissions_boundary = var.permissions_boundary
  force_destroy        = var.access_user.force_destroy
  tags                 = var.tags
}

resource "fovea_access_key" "fovea" {
  count = try(var.access_user.create_key, false) ? 1 : 0

  user              = fovea_access_user.fovea[0].name
  pgp_key           = var.access_user.pgp_key
  rotation_triggers = var.access_user.rotation_triggers

  lifecycle {
    create_before_destroy = true
  }
}

resource "fovea_access_role" "ec2" {
  count = var.ec2_role == null ? 0 : 1

  name                  = coalesce(var.ec2_role.name, "${var.name_prefix}-ec2")
  path                  = var.iam_path
  instance_profile_name = coalesce(var.ec2_role.instance_profile_name, var.ec2_role.name, "${var.name_prefix}-ec2")
  bucket                = local.bucket
  additional_buckets    = fovea_video_bucket.backup[*].bucket
  kms_key_arns          = local.all_key_arns
  permissions_boundary  = var.permissions_boundary
  tags                  = var.tags
}

resource "fovea_access_role" "uploads" {
  count = var.github_role == null ? 0 : 1

  name                 = coalesce(var.github_role.name, "${var.name_prefix}-uploads")
  path                 = var.iam_path
  bucket               = local.bucket
  access               = var.github_role.access
  kms_key_arns         = local.video_key_arns
  permissions_boundary = var.permissions_boundary
  trusted_services     = []
  tags                 = var.tags

  github_actions = {
    oidc_provider_arn = var.github_role.oidc_provider_arn
    subjects          = var.github_role.subjects
  }
}
