resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Jobs that upload videos from the main branch of one project of gitlab.com. A job needs
# no secret, but
#
#   id_tokens:
#     AWS_TOKEN:
#       aud: sts.amazonaws.com
#
# An account has one OIDC provider for a GitLab instance, such as an
# aws_iam_openid_connect_provider with the audience in its client_id_list.
resource "fovea_access_role" "uploads" {
  name             = "fovea-production-uploads"
  bucket           = fovea_video_bucket.videos.bucket
  access           = "upload"
  trusted_services = []

  web_identity = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/gitlab.com"
    subjects          = ["project_path:example/videos:ref_type:branch:ref:main"]
    audiences         = ["sts.amazonaws.com"]
  }
}

output "role_arn" {
  value = fovea_access_role.uploads.arn
}
