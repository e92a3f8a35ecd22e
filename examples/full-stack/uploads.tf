# An account has one OIDC provider for GitHub. If yours has it already, import it.
resource "aws_iam_openid_connect_provider" "github" {
  count = length(var.github_subjects) == 0 ? 0 : 1

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "fovea_access_role" "uploads" {
  count = length(var.github_subjects) == 0 ? 0 : 1

  name             = "FOVEA-Video-Upload"
  bucket           = fovea_video_bucket.videos.bucket
  access           = "upload"
  trusted_services = []

  github_actions = {
    oidc_provider_arn = aws_iam_openid_connect_provider.github[0].arn
    subjects          = var.github_subjects
  }
}
