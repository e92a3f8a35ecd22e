resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# The role of the EC2 instances that FOVEA runs on, with the instance profile
# that hands it to them: no key has to be made, stored or changed.
#
# FOVEA runs in a container, so give the instances a metadata hop limit of 2:
#
#   metadata_options {
#     http_tokens                 = "required"
#     http_put_response_hop_limit = 2
#   }
resource "fovea_access_role" "backend" {
  name                  = "fovea-production-backend"
  bucket                = fovea_video_bucket.videos.bucket
  instance_profile_name = "fovea-production-backend"
}
