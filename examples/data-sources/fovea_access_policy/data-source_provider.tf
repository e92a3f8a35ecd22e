# What the provider itself needs: a role for plans of pull requests, which writes
# nothing, and one for applies, which cannot delete a video.
data "fovea_access_policy" "plan" {
  bucket             = "fovea-production-videos"
  additional_buckets = ["fovea-production-logs"]
  access             = "plan"
  principals         = ["fovea-production*"]
}

data "fovea_access_policy" "apply" {
  bucket             = "fovea-production-videos"
  additional_buckets = ["fovea-production-logs"]
  access             = "apply"
  principals         = ["fovea-production*"]
}
