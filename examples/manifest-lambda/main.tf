# A Lambda that publishes the list of the videos whenever one is uploaded or deleted. It
# writes what fovea_manifest writes, so both can keep the same list.
#
# There is no provider block: apply it by itself, with the region and the credentials of
# the environment, or call it as a module, as examples/full-stack does.

terraform {
  required_version = ">= 1.8"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90"
    }
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

locals {
  package = coalesce(var.lambda_package, "${path.module}/manifest_lambda.zip")

  # arn:aws:iam::123456789012:role/fovea-manifest
  role       = split(":", fovea_access_role.manifest.arn)
  partition  = local.role[1]
  account_id = local.role[4]
}

# The Lambda may list the bucket, and read and write the manifest.
resource "fovea_access_role" "manifest" {
  name                 = var.name
  bucket               = var.bucket
  access               = "manifest"
  manifest_key         = var.manifest_key
  kms_key_arns         = length(var.kms_key_arns) == 0 ? null : var.kms_key_arns
  permissions_boundary = var.permissions_boundary
  trusted_services     = ["lambda.amazonaws.com"]
}

resource "aws_cloudwatch_log_group" "manifest" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role_policy" "logs" {
  name = "Logs"
  role = fovea_access_role.manifest.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.manifest.arn}:*"
    }]
  })
}

resource "aws_lambda_function" "manifest" {
  function_name    = var.name
  role             = fovea_access_role.manifest.arn
  runtime          = "python3.13"
  handler          = "manifest_lambda.handler"
  filename         = local.package
  source_code_hash = try(filebase64sha256(local.package), null)
  timeout          = 300
  memory_size      = 512

  environment {
    variables = {
      BUCKET              = var.bucket
      MANIFEST_KEY        = var.manifest_key
      SUFFIXES            = join(",", var.video_suffixes)
      MAX_REMOVED_PERCENT = var.max_removed_percent
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.package)
      error_message = "The archive of the Lambda, ${local.package}, does not exist. Build it: python3 -m zipfile -c '${local.package}' '${path.module}/lambda/manifest_lambda.py'"
    }
  }

  depends_on = [aws_iam_role_policy.logs]
}

resource "aws_lambda_permission" "bucket" {
  statement_id   = "VideosComeAndGo"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.manifest.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = "arn:${local.partition}:s3:::${var.bucket}"
  source_account = local.account_id
}

# S3 keeps all notifications of a bucket in one document: this resource replaces those
# that the bucket has already.
#
# Only videos call the Lambda, not the manifest or the sidecars. S3 distinguishes .mp4
# from .MP4, so there is a filter for each. A video with another spelling, such as .Mp4,
# is added to the list by the next call.
resource "aws_s3_bucket_notification" "videos" {
  bucket = var.bucket

  dynamic "lambda_function" {
    for_each = toset(flatten([for suffix in var.video_suffixes : [lower(suffix), upper(suffix)]]))

    content {
      lambda_function_arn = aws_lambda_function.manifest.arn
      events              = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
      filter_suffix       = lambda_function.value
    }
  }

  depends_on = [aws_lambda_permission.bucket]
}
