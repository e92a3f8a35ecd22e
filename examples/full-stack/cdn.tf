# FOVEA's CloudFront URLs are not signed: anyone who knows one can watch the
# video. Remove this file, and cloudfront_distribution_arns in storage.tf, where that
# will not do. Presigned links to S3 work without it.

# CloudFront signs its requests to S3. The guide has an empty origin access identity
# in place of this, and gets 403 for every video.
resource "aws_cloudfront_origin_access_control" "videos" {
  name                              = var.bucket
  description                       = "FOVEA's videos"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "videos" {
  comment         = "FOVEA's videos"
  enabled         = true
  is_ipv6_enabled = true

  origin {
    origin_id = "videos"
    # The name with the region. The guide's, without it, is redirected to S3 itself
    # while the bucket is new, and is denied there.
    domain_name              = fovea_video_bucket.videos.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.videos.id
  }

  default_cache_behavior {
    target_origin_id       = "videos"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]

    # The guide has query strings in the cache key, which keeps one copy of a video
    # for every link to it, and leaves out the cookies, without which CloudFront
    # refuses it. Origin is forwarded so that S3 answers with its CORS headers.
    forwarded_values {
      query_string = false
      headers      = ["Origin"]

      cookies {
        forward = "none"
      }
    }

    min_ttl     = 0
    default_ttl = 86400
    max_ttl     = 31536000
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
