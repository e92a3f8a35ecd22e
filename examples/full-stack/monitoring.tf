# Without this S3 publishes no requests and no errors in CloudWatch.
resource "fovea_bucket_metrics" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

# Denied listings are among these: FOVEA takes them for an empty bucket, so look at
# once. The metric is found by the name of the metrics configuration.
resource "aws_cloudwatch_metric_alarm" "client_errors" {
  alarm_name          = "${var.bucket}-4xx"
  alarm_description   = "S3 refuses requests to FOVEA's videos: a link that ended, a policy that changed, a key that was deleted."
  namespace           = "AWS/S3"
  metric_name         = "4xxErrors"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns

  dimensions = {
    BucketName = fovea_video_bucket.videos.bucket
    FilterId   = fovea_bucket_metrics.videos.name
  }
}

# The Lambda fails rather than publish a list that lacks half of the videos.
resource "aws_cloudwatch_metric_alarm" "manifest" {
  alarm_name          = "${var.bucket}-manifest"
  alarm_description   = "The list of FOVEA's videos could not be published: the log of the Lambda says why."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns

  dimensions = {
    FunctionName = aws_lambda_function.manifest.function_name
  }
}
