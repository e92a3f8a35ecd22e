# The list of the videos. From here on the Lambda keeps it, and writes the same that
# this does: a plan after the Lambda has run shows no change.
resource "fovea_manifest" "videos" {
  bucket   = fovea_video_bucket.videos.bucket
  suffixes = var.video_suffixes
}

# The Lambda lists the bucket, and reads and writes the manifest, and nothing else.
resource "fovea_access_role" "manifest" {
  name             = "FOVEA-Manifest-Lambda"
  bucket           = fovea_video_bucket.videos.bucket
  access           = "manifest"
  manifest_key     = fovea_manifest.videos.key
  trusted_services = ["lambda.amazonaws.com"]
}

resource "aws_cloudwatch_log_group" "manifest" {
  name              = "/aws/lambda/fovea-manifest"
  retention_in_days = 90
}

resource "aws_iam_role_policy" "manifest_logs" {
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
  function_name    = "fovea-manifest"
  role             = fovea_access_role.manifest.arn
  runtime          = "python3.13"
  handler          = "manifest_lambda.handler"
  filename         = var.lambda_package
  source_code_hash = filebase64sha256(var.lambda_package)
  timeout          = 300
  memory_size      = 512

  environment {
    variables = {
      BUCKET              = fovea_video_bucket.videos.bucket
      MANIFEST_KEY        = fovea_manifest.videos.key
      SUFFIXES            = join(",", var.video_suffixes)
      MAX_REMOVED_PERCENT = fovea_manifest.videos.max_removed_percent
    }
  }

  depends_on = [aws_iam_role_policy.manifest_logs]
}

resource "aws_lambda_permission" "bucket" {
  statement_id   = "VideosComeAndGo"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.manifest.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = fovea_video_bucket.videos.arn
  source_account = split(":", fovea_access_role.manifest.arn)[4]
}

# For videos alone: neither a sidecar nor the manifest itself calls the Lambda. S3
# tells .mp4 and .MP4 apart, so both are named. Where the spelling is another one,
# the video is in the list from the next call on.
resource "aws_s3_bucket_notification" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  dynamic "lambda_function" {
    for_each = toset(flatten([for s in var.video_suffixes : [lower(s), upper(s)]]))

    content {
      lambda_function_arn = aws_lambda_function.manifest.arn
      events              = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
      filter_suffix       = lambda_function.value
    }
  }

  depends_on = [aws_lambda_permission.bucket]
}
