# One block for each resource that is now a part of another one. hashicorp/aws
# forgets it, and leaves it as it is.

removed {
  from = aws_s3_bucket_versioning.videos
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_s3_bucket_server_side_encryption_configuration.videos
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_s3_bucket_public_access_block.videos
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_s3_bucket_ownership_controls.videos
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_s3_bucket_versioning.backup
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role_policy.replication
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_user_policy.fovea
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role_policy.backend
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_instance_profile.backend
  lifecycle {
    destroy = false
  }
}
