# Names and regions, without a server.

mock_provider "fovea" {
  source = "./tests/mocks"
}

variables {
  name_prefix   = "fovea-test"
  frontend_urls = ["https://fovea.example.com"]

  access_user = {}
  ec2_role    = {}
  github_role = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    subjects          = ["repo:yourcompany/videos:ref:refs/heads/main"]
  }
  logs      = {}
  inventory = {}
  backup    = { region = "us-west-2" }
}

run "prefix_names_everything" {
  command = plan

  assert {
    condition     = output.bucket == "fovea-test-videos"
    error_message = "got bucket ${output.bucket}, want fovea-test-videos"
  }

  assert {
    condition     = fovea_video_bucket.logs[0].bucket == "fovea-test-logs"
    error_message = "got log bucket ${fovea_video_bucket.logs[0].bucket}, want fovea-test-logs"
  }

  assert {
    condition     = output.inventory_bucket == "fovea-test-inventory"
    error_message = "got inventory bucket ${output.inventory_bucket}, want fovea-test-inventory"
  }

  assert {
    condition     = output.backup_bucket == "fovea-test-backup"
    error_message = "got backup bucket ${output.backup_bucket}, want fovea-test-backup"
  }

  assert {
    condition     = output.access_user_name == "fovea-test"
    error_message = "got user ${output.access_user_name}, want fovea-test"
  }

  assert {
    condition     = output.ec2_role_name == "fovea-test-ec2" && output.instance_profile_name == "fovea-test-ec2"
    error_message = "got role ${output.ec2_role_name} with profile ${output.instance_profile_name}, want fovea-test-ec2 for both"
  }

  assert {
    condition     = fovea_access_role.uploads[0].name == "fovea-test-uploads"
    error_message = "got upload role ${fovea_access_role.uploads[0].name}, want fovea-test-uploads"
  }

  assert {
    condition     = fovea_replication_role.backup[0].name == "fovea-test-replication"
    error_message = "got replication role ${fovea_replication_role.backup[0].name}, want fovea-test-replication"
  }
}

# 52 characters: "-inventory" makes 62 of a bucket's 63, "-replication" 64 of a role's 64.
run "longest_prefix" {
  command = plan

  variables {
    name_prefix = "a123456789-123456789-123456789-123456789-123456789-z"
  }

  assert {
    condition     = length(output.inventory_bucket) == 62 && length(fovea_replication_role.backup[0].name) == 64
    error_message = "got names of ${length(output.inventory_bucket)} and ${length(fovea_replication_role.backup[0].name)} characters, want 62 and 64"
  }
}

run "names_of_your_own" {
  command = plan

  variables {
    bucket_name = "my-videos"
    access_user = { name = "my-user" }
    ec2_role    = { name = "My-Role", instance_profile_name = "My-Profile" }
    github_role = {
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      subjects          = ["repo:yourcompany/videos:environment:production"]
      name              = "My-Uploads"
    }
    logs      = { bucket_name = "my-logs" }
    inventory = { bucket_name = "my-inventories" }
    backup    = { region = "us-west-2", bucket_name = "my-copies", role_name = "My-Copier" }
  }

  assert {
    condition = [
      output.bucket, output.access_user_name, output.ec2_role_name, output.instance_profile_name, fovea_access_role.uploads[0].name,
      output.logs_bucket, output.inventory_bucket, output.backup_bucket, fovea_replication_role.backup[0].name,
    ] == ["my-videos", "my-user", "My-Role", "My-Profile", "My-Uploads", "my-logs", "my-inventories", "my-copies", "My-Copier"]
    error_message = "a name of the configuration is not used"
  }
}

run "profile_follows_the_role" {
  command = plan

  variables {
    ec2_role = { name = "My-Role" }
  }

  assert {
    condition     = output.instance_profile_name == "My-Role"
    error_message = "got profile ${output.instance_profile_name}, want My-Role"
  }
}

run "one_region_for_all_but_the_backup" {
  command = plan

  variables {
    region = "us-east-1"
  }

  assert {
    condition = [
      fovea_video_bucket.videos[0].region, fovea_video_bucket.logs[0].region, fovea_video_bucket.inventory[0].region, fovea_video_bucket.backup[0].region,
    ] == ["us-east-1", "us-east-1", "us-east-1", "us-west-2"]
    error_message = "a bucket is in another region than the configuration says"
  }
}

run "path_boundary_and_tags" {
  command = plan

  variables {
    iam_path             = "/fovea/"
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
    tags                 = { team = "video" }
  }

  assert {
    condition = alltrue([
      for identity in [fovea_access_user.fovea[0], fovea_access_role.ec2[0], fovea_access_role.uploads[0], fovea_replication_role.backup[0]] :
      identity.path == "/fovea/" && identity.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary" && identity.tags.team == "video"
    ])
    error_message = "a user or role lacks the path, the boundary or the tag"
  }

  assert {
    condition = alltrue([
      for bucket in [fovea_video_bucket.videos[0], fovea_video_bucket.logs[0], fovea_video_bucket.inventory[0], fovea_video_bucket.backup[0]] :
      bucket.tags.team == "video"
    ])
    error_message = "a bucket lacks the tag"
  }
}
