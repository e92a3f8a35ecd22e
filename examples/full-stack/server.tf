# Amazon Linux 2023.
data "aws_ssm_parameter" "image" {
  count = var.server == null ? 0 : 1

  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

# FOVEA's database, with all annotations, is on the root volume unless you put it elsewhere.
# Terraform refuses to delete or replace the instance by prevent_destroy. Termination protection
# makes EC2 refuse others: hashicorp/aws before version 6 turns it off when it deletes.
resource "aws_instance" "server" {
  count = var.server == null ? 0 : 1

  ami                  = nonsensitive(data.aws_ssm_parameter.image[0].value)
  instance_type        = var.server.instance_type
  subnet_id            = var.server.subnet_id
  iam_instance_profile = module.storage.instance_profile_name

  disable_api_termination = !var.force_destroy

  # FOVEA runs in a container, which is one network hop further from the metadata service
  # than the instance. With a hop limit of 1 it gets no credentials.
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }

  root_block_device {
    volume_size = 30
    encrypted   = true
  }

  # Runs once, when the instance is created.
  #
  # FOVEA's settings, to be placed beside its docker-compose.yml. That file sets the same
  # variables under "environment:", which wins over "env_file:", so the name must be .env.
  # There is no access key among them, so nothing is secret.
  user_data = <<-EOT
    #!/bin/sh
    mkdir -p /opt/fovea
    cat > /opt/fovea/.env <<'SETTINGS'
    ${nonsensitive(chomp(module.storage.dotenv))}
    SETTINGS
  EOT

  tags = { Name = var.name_prefix }

  # A newer image would replace the instance, and a change of user_data would stop and start
  # it, without running user_data again.
  lifecycle {
    ignore_changes  = [ami, user_data]
    prevent_destroy = true
  }
}
