module "storage" {
  source = "../../modules/video-storage"

  name_prefix   = var.name_prefix
  frontend_urls = [var.frontend_url]
  force_destroy = var.force_destroy

  # Who reads and writes. FOVEA runs on EC2 with a role, so there is no access key.
  ec2_role    = {}
  github_role = local.github_role

  logs            = {}
  metrics         = {}
  lifecycle_rules = {}
  backup          = { region = var.backup_region }
  manifest        = { suffixes = var.video_suffixes, snapshots = {} }

  # The distribution needs the bucket, and the policy of the bucket needs the
  # distribution. Terraform orders resources and not modules, so this is no cycle.
  cloudfront_distribution_arns = local.distribution[*].arn
  environment                  = { cdn_base_url = local.cdn_base_url }
}
