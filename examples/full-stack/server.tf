resource "fovea_access_role" "server" {
  name                  = "FOVEA-EC2-S3-Access"
  bucket                = fovea_video_bucket.videos.bucket
  instance_profile_name = "FOVEA-EC2-Profile"
}

# There is no key: FOVEA takes the role of the instance, and so the settings hold no
# secret.
data "fovea_backend_environment" "server" {
  bucket       = fovea_video_bucket.videos.bucket
  region       = fovea_video_bucket.videos.region
  cdn_base_url = "https://${aws_cloudfront_distribution.videos.domain_name}"
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

  # FOVEA's settings, for the folder of its docker-compose.yml. That file sets the same
  # variables under "environment:", which wins over "env_file:", so only ".env" or
  # "docker compose --env-file" works.
  user_data = <<-EOT
    #!/bin/sh
    mkdir -p /opt/fovea
    cat > /opt/fovea/.env <<'SETTINGS'
    ${nonsensitive(chomp(data.fovea_backend_environment.server.dotenv))}
    SETTINGS
  EOT

  tags = { Name = "fovea" }

  lifecycle {
    ignore_changes = [ami]
  }
}
