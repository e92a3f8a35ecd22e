output "function_name" {
  description = "Name of the Lambda, the dimension FunctionName of its metrics."
  value       = aws_lambda_function.manifest.function_name
}

output "function_arn" {
  description = "ARN of the Lambda."
  value       = aws_lambda_function.manifest.arn
}

output "role_arn" {
  description = "ARN of the role of the Lambda."
  value       = fovea_access_role.manifest.arn
}

output "log_group_name" {
  description = "Name of the log group of the Lambda."
  value       = aws_cloudwatch_log_group.manifest.name
}
