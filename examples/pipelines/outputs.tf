output "oidc_provider_arn" {
  description = "ARN of the OIDC provider, for github_role of the module video-storage or web_identity of fovea_access_role."
  value       = aws_iam_openid_connect_provider.pipelines.arn
}

output "plan_role_arn" {
  description = "ARN of the role that plans: the variable AWS_PLAN_ROLE of the repository."
  value       = aws_iam_role.pipelines["plan"].arn
}

output "apply_role_arn" {
  description = "ARN of the role that applies: the variable AWS_APPLY_ROLE of the repository."
  value       = aws_iam_role.pipelines["apply"].arn
}
