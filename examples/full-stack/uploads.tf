# Workflows of GitHub Actions may upload videos, with GitHub's own token and without a key.
# The role is part of the module.

# An account has one OIDC provider for GitHub.
resource "aws_iam_openid_connect_provider" "github" {
  count = length(var.github_subjects) > 0 && var.github_oidc_provider_arn == null ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  github_role = length(var.github_subjects) == 0 ? null : {
    oidc_provider_arn = coalesce(var.github_oidc_provider_arn, one(aws_iam_openid_connect_provider.github[*].arn))
    subjects          = var.github_subjects
  }
}
