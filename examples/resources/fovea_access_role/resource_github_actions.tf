resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# A workflow that uploads videos, from the main branch and from the environment
# "production" of one repository alone. It needs no secret, but
#
#   permissions:
#     id-token: write
#
# and the role's ARN for aws-actions/configure-aws-credentials. An account has one
# OIDC provider for GitHub, such as an aws_iam_openid_connect_provider.
resource "fovea_access_role" "uploads" {
  name             = "fovea-production-uploads"
  bucket           = fovea_video_bucket.videos.bucket
  access           = "upload"
  trusted_services = []

  github_actions = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    subjects = [
      "repo:example/videos:ref:refs/heads/main",
      "repo:example/videos:environment:production",
    ]
  }
}

output "role_arn" {
  value = fovea_access_role.uploads.arn
}
