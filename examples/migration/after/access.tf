# The user that FOVEA runs as outside of AWS, with its inline policy.

resource "fovea_access_user" "fovea" {
  name   = "fovea-production"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "fovea" {
  user = fovea_access_user.fovea.name
}

output "access_key_id" {
  value = fovea_access_key.fovea.access_key_id
}

output "secret_access_key" {
  value     = fovea_access_key.fovea.secret_access_key
  sensitive = true
}

# The role of the EC2 instances that FOVEA runs on, with its inline policy and
# its instance profile.

resource "fovea_access_role" "backend" {
  name                  = "fovea-production-backend"
  bucket                = fovea_video_bucket.videos.bucket
  policy_name           = "read-videos"
  instance_profile_name = "fovea-production-instances"
}
