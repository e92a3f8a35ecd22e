locals {
  # Dimensions of the metrics of S3.
  requests    = { BucketName = module.storage.bucket, FilterId = module.storage.metrics_filter_id }
  replication = { SourceBucket = module.storage.bucket, DestinationBucket = module.storage.backup_bucket, RuleId = module.storage.replication_rule_id }

  # One alarm for each of these. S3 publishes them in the region of the videos.
  alarms = {
    "4xx" = {
      description = "S3 refuses requests: a presigned URL has expired, a policy has changed, a key was deleted. If a listing is denied, FOVEA treats the bucket as empty and deletes annotations. Check at once."
      metric      = "4xxErrors"
      dimensions  = local.requests
      threshold   = var.alarms.client_errors
    }
    "5xx" = {
      description = "S3 fails or throttles requests."
      metric      = "5xxErrors"
      dimensions  = local.requests
      threshold   = var.alarms.server_errors
    }
    downloads = {
      description = "More is downloaded from the bucket than expected, which costs money. With CloudFront, these are the downloads of CloudFront and of presigned URLs."
      metric      = "BytesDownloaded"
      dimensions  = local.requests
      threshold   = var.alarms.bytes_downloaded_per_hour
      period      = 3600
    }
    replication-failed = {
      description = "S3 could not copy a video to the backup: a permission or a key is missing. S3 does not try again. Copy the video with S3 Batch Replication."
      metric      = "OperationsFailedReplication"
      dimensions  = local.replication
      threshold   = 0
    }
  }

  # S3 publishes these in the region of the copies.
  backup_alarms = {
    replication-latency = {
      description = "The copies are behind the videos."
      metric      = "ReplicationLatency"
      threshold   = var.alarms.replication_latency_seconds
    }
    replication-pending = {
      description = "Videos are waiting to be copied."
      metric      = "OperationsPendingReplication"
      threshold   = var.alarms.replication_pending
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "videos" {
  for_each = local.alarms

  alarm_name          = "${var.name_prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/S3"
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = try(each.value.period, 300)
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.topic_arns
  ok_actions          = var.alarms.topic_arns
}

# Three periods: one large video is no reason for an alarm.
resource "aws_cloudwatch_metric_alarm" "backup" {
  for_each = local.backup_alarms
  provider = aws.backup

  alarm_name          = "${var.name_prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/S3"
  metric_name         = each.value.metric
  dimensions          = local.replication
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.backup_topic_arns
  ok_actions          = var.alarms.backup_topic_arns
}

# The Lambda fails if publishing would remove too much of the list.
resource "aws_cloudwatch_metric_alarm" "manifest" {
  alarm_name          = "${var.name_prefix}-manifest"
  alarm_description   = "The list of the videos was not published. The log group ${module.manifest_lambda.log_group_name} says why."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = module.manifest_lambda.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.topic_arns
  ok_actions          = var.alarms.topic_arns
}

locals {
  # The dimensions of a metric, as a dashboard names them: alternating names and values.
  on_requests    = flatten([for name, value in local.requests : [name, value]])
  on_replication = flatten([for name, value in local.replication : [name, value]])
  on_function    = ["FunctionName", module.manifest_lambda.function_name]

  graphs = concat(
    [
      { title = "Requests", stat = "Sum", region = var.region, metrics = [for metric in ["AllRequests", "GetRequests", "HeadRequests", "ListRequests", "PutRequests"] : concat(["AWS/S3", metric], local.on_requests)] },
      { title = "Bytes", stat = "Sum", region = var.region, metrics = [for metric in ["BytesDownloaded", "BytesUploaded"] : concat(["AWS/S3", metric], local.on_requests)] },
      { title = "Errors", stat = "Sum", region = var.region, metrics = [for metric in ["4xxErrors", "5xxErrors"] : concat(["AWS/S3", metric], local.on_requests)] },
      { title = "First-byte latency (ms)", stat = "p95", region = var.region, metrics = [concat(["AWS/S3", "FirstByteLatency"], local.on_requests), concat(["AWS/S3", "FirstByteLatency"], local.on_requests, [{ stat = "Average" }])] },
      # Once a day, for every storage class that the bucket has.
      { title = "Size by storage class", stat = "Average", region = var.region, period = 86400, metrics = [[{ expression = "SEARCH('{AWS/S3,BucketName,StorageType} MetricName=\"BucketSizeBytes\" BucketName=\"${module.storage.bucket}\"', 'Average', 86400)" }]] },
      { title = "Replication latency (s)", stat = "Maximum", region = var.backup_region, metrics = [concat(["AWS/S3", "ReplicationLatency"], local.on_replication)] },
      {
        title = "Replication", stat = "Maximum", region = var.backup_region, metrics = [
          concat(["AWS/S3", "OperationsPendingReplication"], local.on_replication),
          concat(["AWS/S3", "OperationsFailedReplication"], local.on_replication, [{ region = var.region, stat = "Sum" }]),
        ]
      },
      { title = "Manifest Lambda", stat = "Sum", region = var.region, metrics = [for metric in ["Invocations", "Errors"] : concat(["AWS/Lambda", metric], local.on_function)] },
    ],
    # CloudFront publishes in us-east-1 for all regions.
    [for id in local.distribution[*].id :
      { title = "CloudFront", stat = "Sum", region = "us-east-1", metrics = [for metric in ["Requests", "BytesDownloaded"] : ["AWS/CloudFront", metric, "DistributionId", id, "Region", "Global"]] }
    ],
    [for id in local.distribution[*].id :
      { title = "CloudFront errors (%)", stat = "Average", region = "us-east-1", metrics = [for metric in ["4xxErrorRate", "5xxErrorRate"] : ["AWS/CloudFront", metric, "DistributionId", id, "Region", "Global"]] }
    ],
  )
}

resource "aws_cloudwatch_dashboard" "videos" {
  dashboard_name = var.name_prefix

  dashboard_body = jsonencode({
    widgets = [for index, graph in local.graphs : {
      type   = "metric"
      x      = index % 2 * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6

      properties = {
        title   = graph.title
        view    = "timeSeries"
        stat    = graph.stat
        region  = graph.region
        period  = try(graph.period, 300)
        metrics = graph.metrics
      }
    }]
  })
}
