# Values for what the provider computes. Its validators run on them too, so ARNs and
# policies are such.

mock_resource "fovea_video_bucket" {
  defaults = {
    arn    = "arn:aws:s3:::mocked-bucket"
    region = "us-east-1"
  }
}

mock_resource "fovea_access_user" {
  defaults = {
    arn = "arn:aws:iam::123456789012:user/mocked-user"
  }
}

mock_resource "fovea_access_role" {
  defaults = {
    arn                  = "arn:aws:iam::123456789012:role/mocked-role"
    instance_profile_arn = "arn:aws:iam::123456789012:instance-profile/mocked-profile"
  }
}

mock_resource "fovea_replication_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/mocked-role"
  }
}

mock_resource "fovea_access_key" {
  defaults = {
    access_key_id     = "AKIAIOSFODNN7EXAMPLE"
    secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  }
}

mock_data "fovea_access_policy" {
  defaults = {
    json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"ListVideos\",\"Effect\":\"Allow\",\"Action\":[\"s3:GetBucketLocation\",\"s3:ListBucket\"],\"Resource\":\"arn:aws:s3:::mocked-bucket\"},{\"Sid\":\"ReadVideos\",\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::mocked-bucket/*\"}]}"
  }
}
