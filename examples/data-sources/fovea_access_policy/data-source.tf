resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# What FOVEA needs, for a role or user that is managed elsewhere, such as
#
#   resource "aws_iam_role_policy" "videos" {
#     role   = aws_iam_role.app.name
#     policy = data.fovea_access_policy.read.json
#   }
data "fovea_access_policy" "read" {
  bucket = fovea_video_bucket.videos.bucket
}

# What a job needs that publishes the list of videos.
data "fovea_access_policy" "publish" {
  bucket = fovea_video_bucket.videos.bucket
  access = "manifest"
}

output "read_policy" {
  value = data.fovea_access_policy.read.json
}
