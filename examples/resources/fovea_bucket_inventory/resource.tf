resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_video_bucket" "inventories" {
  bucket = "fovea-production-videos-inventories"

  lifecycle {
    prevent_destroy = true
  }
}

# Lets S3 put inventories of the first bucket into the second.
resource "fovea_bucket_policy" "inventories" {
  bucket                = fovea_video_bucket.inventories.bucket
  inventory_source_arns = [fovea_video_bucket.videos.arn]
}

# A list of all videos, every day.
resource "fovea_bucket_inventory" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  destination = {
    bucket_arn = fovea_video_bucket.inventories.arn
    prefix     = "inventory"
  }
  depends_on = [fovea_bucket_policy.inventories]
}
