resource "fovea_access_role" "server" {
  name                  = "FOVEA-EC2-S3-Access"
  bucket                = fovea_video_bucket.videos.bucket
  instance_profile_name = "FOVEA-EC2-Profile"
}

# Amazon Linux 2023. The instance is not replaced when a newer image comes out.
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_instance" "server" {
  ami                  = nonsensitive(data.aws_ssm_parameter.image.value)
  instance_type        = var.instance_type
  subnet_id            = var.subnet_id
  iam_instance_profile = fovea_access_role.server.instance_profile_name

  # FOVEA runs in a container, which is one network hop further from the metadata
  # service than the instance. With a limit of 1 it gets no credentials.
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }

  root_block_device {
    volume_size = 30
    encrypted   = true
  }

  # FOVEA's settings, for "env_file: /etc/fovea.env" of its Docker Compose file. There
  # is no key: FOVEA takes the role of the instance. There is no S3_ENDPOINT either:
  # with that of CloudFront, as in the guide, FOVEA's listing is denied, which it takes
  # for an empty bucket, and deletes the annotations of every video.
  user_data = <<-EOT
    #!/bin/sh
    cat > /etc/fovea.env <<'SETTINGS'
    VIDEO_STORAGE_TYPE=s3
    S3_BUCKET=${fovea_video_bucket.videos.bucket}
    S3_REGION=${fovea_video_bucket.videos.region}
    CDN_ENABLED=true
    CDN_BASE_URL=https://${aws_cloudfront_distribution.videos.domain_name}
    SETTINGS
  EOT

  tags = { Name = "fovea" }

  lifecycle {
    ignore_changes = [ami]
  }
}
