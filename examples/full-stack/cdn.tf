# CloudFront in front of the videos. The bucket stays private: CloudFront signs its
# requests, and the policy of the bucket lets this distribution read.
#
# URLs of CloudFront are not signed. Anybody who knows the URL of a video can watch it. If
# you cannot accept that, set cloudfront to null, and give FOVEA the output dotenv: it then
# gives out presigned URLs.

locals {
  creates_distribution = var.cloudfront != null && try(var.cloudfront.distribution_id, null) == null

  # The new distribution, the existing one, or null.
  distribution = one(concat(
    [for new in aws_cloudfront_distribution.videos : { id = new.id, arn = new.arn, domain_name = new.domain_name }],
    [for existing in data.aws_cloudfront_distribution.existing : { id = existing.id, arn = existing.arn, domain_name = existing.domain_name }],
  ))

  cdn_base_url = one([for domain_name in local.distribution[*].domain_name : "https://${domain_name}"])
}

# The guide has an empty origin access identity in its place: every video is denied.
resource "aws_cloudfront_origin_access_control" "videos" {
  count = var.cloudfront == null ? 0 : 1

  name                              = module.storage.bucket
  description                       = "Videos of FOVEA"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# Query strings are not part of the cache key. The guide has them in it: CloudFront would
# keep a copy of the video for every presigned URL.
#
# Origin is part of it, because S3 answers each origin with its own CORS headers.
resource "aws_cloudfront_cache_policy" "videos" {
  count = local.creates_distribution ? 1 : 0

  name        = module.storage.bucket
  comment     = "Videos of FOVEA"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    query_strings_config {
      query_string_behavior = "none"
    }

    headers_config {
      header_behavior = "whitelist"

      headers {
        items = ["Origin"]
      }
    }

    cookies_config {
      cookie_behavior = "none"
    }
  }
}

resource "aws_cloudfront_distribution" "videos" {
  count = local.creates_distribution ? 1 : 0

  comment         = "Videos of FOVEA"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"

  origin {
    origin_id = "videos"
    # The guide has the name without the region. S3 redirects requests to it while the
    # bucket is new, and the viewer is denied where the redirect leads.
    domain_name              = module.storage.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.videos[0].id
  }

  default_cache_behavior {
    target_origin_id         = "videos"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = aws_cloudfront_cache_policy.videos[0].id
    origin_request_policy_id = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" # Managed-CORS-S3Origin, for preflights
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

# A distribution that is managed elsewhere. The README has the commands that attach the
# origin access control to it.
data "aws_cloudfront_distribution" "existing" {
  count = try(var.cloudfront.distribution_id, null) == null ? 0 : 1

  id = var.cloudfront.distribution_id
}
