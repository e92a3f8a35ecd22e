# One block for each resource that has a counterpart. Nothing is re-created: the
# new resource takes over what the old one has.

moved {
  from = aws_s3_bucket.videos
  to   = fovea_video_bucket.videos
}

moved {
  from = aws_s3_bucket_cors_configuration.videos
  to   = fovea_bucket_cors.videos
}

moved {
  from = aws_s3_bucket_lifecycle_configuration.videos
  to   = fovea_bucket_lifecycle.videos
}

moved {
  from = aws_s3_bucket_policy.videos
  to   = fovea_bucket_policy.videos
}

moved {
  from = aws_s3_bucket_logging.videos
  to   = fovea_bucket_logging.videos
}

moved {
  from = aws_s3_bucket.logs
  to   = fovea_video_bucket.logs
}

moved {
  from = aws_s3_bucket_policy.logs
  to   = fovea_bucket_policy.logs
}

moved {
  from = aws_s3_bucket_metric.videos
  to   = fovea_bucket_metrics.videos
}

moved {
  from = aws_s3_bucket_intelligent_tiering_configuration.videos
  to   = fovea_bucket_intelligent_tiering.videos
}

moved {
  from = aws_s3_bucket.backup
  to   = fovea_video_bucket.backup
}

moved {
  from = aws_iam_role.replication
  to   = fovea_replication_role.videos
}

moved {
  from = aws_s3_bucket_replication_configuration.videos
  to   = fovea_bucket_replication.videos
}

moved {
  from = aws_iam_user.fovea
  to   = fovea_access_user.fovea
}

moved {
  from = aws_iam_access_key.fovea
  to   = fovea_access_key.fovea
}

moved {
  from = aws_iam_role.backend
  to   = fovea_access_role.backend
}
