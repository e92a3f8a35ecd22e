resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

data "fovea_bucket_usage" "videos" {
  bucket              = fovea_video_bucket.videos.bucket
  noncurrent_versions = true

  # The prices of us-east-1 are the default. These are of another region.
  price_per_gb_month = {
    STANDARD    = 0.0245
    STANDARD_IA = 0.0135
    GLACIER_IR  = 0.005
  }
}

output "dollars_a_month" {
  value = data.fovea_bucket_usage.videos.estimated_monthly_cost
}

check "storage_cost" {
  assert {
    condition     = data.fovea_bucket_usage.videos.estimated_monthly_cost < 500
    error_message = "The videos cost $${data.fovea_bucket_usage.videos.estimated_monthly_cost} a month."
  }
}
