resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# TLS only, and reads by one CloudFront distribution with origin access control.
# In place of the ARN use that of an aws_cloudfront_distribution.
resource "fovea_bucket_policy" "videos" {
  bucket                       = fovea_video_bucket.videos.bucket
  cloudfront_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE"]

  # Statements of your own. An aws_iam_policy_document does as well.
  source_policy_documents = [jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AuditorsList"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "s3:ListBucket"
      Resource  = fovea_video_bucket.videos.arn
    }]
  })]
}
