# What each validation refuses, without a server. A run costs as much as a plan, so each
# has one wrong value for as many variables as there are any left.

mock_provider "fovea" {
  source = "./tests/mocks"
}

variables {
  name_prefix   = "fovea-test"
  frontend_urls = ["https://fovea.example.com"]
}

run "refused_01" {
  command = plan

  variables {
    name_prefix                  = "a123456789-123456789-123456789-123456789-123456789-zz" # 53 characters
    region                       = "US East"
    bucket_name                  = "a123456789-123456789-123456789-123456789-123456789-123456789-zzz" # 64 characters
    versioning                   = "enabled"
    kms_key_arn                  = "arn:aws:kms:us-east-1:123456789012:alias/videos"                                                                                                                                                                                             # alias
    additional_kms_key_arns      = ["arn:aws:kms:us-east-1:123456789012:alias/videos"]                                                                                                                                                                                           # alias
    frontend_urls                = ["https://fovea.example.com/"]                                                                                                                                                                                                                # slash at the end
    read_principals              = ["*"]                                                                                                                                                                                                                                         # everybody
    cloudfront_distribution_arns = ["E2EXAMPLE"]                                                                                                                                                                                                                                 # ID
    source_policy_documents      = ["{}"]                                                                                                                                                                                                                                        # no statement
    iam_path                     = "/fovea"                                                                                                                                                                                                                                      # no slash at the end
    permissions_boundary         = "arn:aws:iam::123456789012:role/boundary"                                                                                                                                                                                                     # role
    access_user                  = { name = "aa123456789-123456789-123456789-123456789-123456789-123456789-zzz" }                                                                                                                                                                # 65 characters
    ec2_role                     = { name = "aa123456789-123456789-123456789-123456789-123456789-123456789-zzz" }                                                                                                                                                                # 65 characters
    github_role                  = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = ["repo:yourcompany/videos:ref:refs/heads/main"], name = "aa123456789-123456789-123456789-123456789-123456789-123456789-zzz" } # 65 characters
    logs                         = { bucket_name = "a123456789-123456789-123456789-123456789-123456789-123456789-zzz" }                                                                                                                                                          # 64 characters
    metrics                      = { name = "Entire Bucket" }                                                                                                                                                                                                                    # space
    lifecycle_rules              = { transitions = [{ days = 30, storage_class = "COLD" }] }                                                                                                                                                                                     # unknown class
    inventory                    = { bucket_name = "a123456789-123456789-123456789-123456789-123456789-123456789-zzz" }                                                                                                                                                          # 64 characters
    backup                       = { region = "us-west-2", bucket_name = "a123456789-123456789-123456789-123456789-123456789-123456789-zzz" }                                                                                                                                    # 64 characters
    manifest                     = { detail = "everything" }
    environment                  = { endpoint = "minio:9000" } # no scheme
  }

  expect_failures = [
    var.name_prefix,
    var.region,
    var.bucket_name,
    var.versioning,
    var.kms_key_arn,
    var.additional_kms_key_arns,
    var.frontend_urls,
    var.read_principals,
    var.cloudfront_distribution_arns,
    var.source_policy_documents,
    var.iam_path,
    var.permissions_boundary,
    var.access_user,
    var.ec2_role,
    var.github_role,
    var.logs,
    var.metrics,
    var.lifecycle_rules,
    var.inventory,
    var.backup,
    var.manifest,
    var.environment,
  ]
}

run "refused_02" {
  command = plan

  variables {
    name_prefix             = "Fovea"                                # upper case
    bucket_name             = "ab"                                   # 2 characters
    kms_key_arn             = "1234abcd-12ab-34cd-56ef-1234567890ab" # key ID
    frontend_urls           = ["https://fovea.example.com/app"]      # path
    read_principals         = [""]
    source_policy_documents = ["statement"]                                                                                                                     # no JSON
    access_user             = { name = "fovea/reader" }                                                                                                         # slash
    ec2_role                = { instance_profile_name = "my profile" }                                                                                          # space
    github_role             = { oidc_provider_arn = "https://token.actions.githubusercontent.com", subjects = ["repo:yourcompany/videos:ref:refs/heads/main"] } # URL
    logs                    = { create_bucket = false }                                                                                                         # no name
    lifecycle_rules         = { noncurrent_version_expiration_days = -1 }
    inventory               = { frequency = "Monthly" }
    backup                  = { region = "us-west-2", role_name = "aa123456789-123456789-123456789-123456789-123456789-123456789-zzz" } # 65 characters
    manifest                = { source = "guess" }
    environment             = { cdn_base_url = "d111111abcdef8.cloudfront.net" } # no scheme
  }

  expect_failures = [
    var.name_prefix,
    var.bucket_name,
    var.kms_key_arn,
    var.frontend_urls,
    var.read_principals,
    var.source_policy_documents,
    var.access_user,
    var.ec2_role,
    var.github_role,
    var.logs,
    var.lifecycle_rules,
    var.inventory,
    var.backup,
    var.manifest,
    var.environment,
  ]
}

run "refused_03" {
  command = plan

  variables {
    name_prefix     = "fovea.test"                                                                                                                             # dot
    bucket_name     = "Videos"                                                                                                                                 # upper case
    frontend_urls   = ["https://fovea.example.com?x"]                                                                                                          # query
    github_role     = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = ["repo:yourcompany/*"] } # pattern
    logs            = { expiration_days = -1 }
    lifecycle_rules = { newer_noncurrent_versions = 101 }
    inventory       = { format = "JSON" }
    backup          = { region = "US West" }
    manifest        = { max_removed_percent = 101 }
  }

  expect_failures = [
    var.name_prefix,
    var.bucket_name,
    var.frontend_urls,
    var.github_role,
    var.logs,
    var.lifecycle_rules,
    var.inventory,
    var.backup,
    var.manifest,
  ]
}

run "refused_04" {
  command = plan

  variables {
    name_prefix     = "fovea_test"                                                                                                         # underscore
    frontend_urls   = ["fovea.example.com"]                                                                                                # no scheme
    github_role     = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = [] } # nobody
    logs            = { expiration_days = 0.5 }
    lifecycle_rules = { transitions = [], noncurrent_version_expiration_days = 0, abort_incomplete_multipart_upload_days = 0 } # no rule left
    inventory       = { frequency = "Weekly", expiration_days = 7 }                                                            # gone before the next
    backup          = { region = "us-west-2", storage_class = "GLACIER" }                                                      # does not play
    manifest        = { key = "/manifest.json" }                                                                               # slash in front
  }

  expect_failures = [
    var.name_prefix,
    var.frontend_urls,
    var.github_role,
    var.logs,
    var.lifecycle_rules,
    var.inventory,
    var.backup,
    var.manifest,
  ]
}

run "refused_05" {
  command = plan

  variables {
    name_prefix     = "fovea-"                                                                                                                   # hyphen at the end
    frontend_urls   = ["https://FOVEA.example.com"]                                                                                              # upper case
    github_role     = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = ["main"] } # no subject
    lifecycle_rules = { raw_footage = { prefix = "" } }                                                                                          # all videos
    backup          = { region = "us-west-2", noncurrent_version_expiration_days = -1 }
  }

  expect_failures = [
    var.name_prefix,
    var.frontend_urls,
    var.github_role,
    var.lifecycle_rules,
    var.backup,
  ]
}

run "refused_06" {
  command = plan

  variables {
    name_prefix     = ""
    frontend_urls   = ["https://*.*.example.com"] # two stars
    github_role     = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = ["repo:yourcompany/videos:ref:refs/heads/main"], access = "write" }
    lifecycle_rules = { raw_footage = { archive_access_days = 30 } }                                            # too early
    backup          = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:alias/copies" } # alias
  }

  expect_failures = [
    var.name_prefix,
    var.frontend_urls,
    var.github_role,
    var.lifecycle_rules,
    var.backup,
  ]
}

run "refused_07" {
  command = plan

  variables {
    name_prefix   = "xn--fovea"                                                                               # reserved
    frontend_urls = ["https://fovea.example.com:443"]                                                         # default port
    backup        = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd" } # another region
  }

  expect_failures = [
    var.name_prefix,
    var.frontend_urls,
    var.backup,
  ]
}

run "refused_08" {
  command = plan

  variables {
    frontend_urls = ["http://fovea.example.com:80"] # default port
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "refused_09" {
  command = plan

  variables {
    frontend_urls = ["https://me@fovea.example.com"] # user
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "refused_10" {
  command = plan

  variables {
    frontend_urls = ["https://"] # no host
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "refused_11" {
  command = plan

  variables {
    frontend_urls = ["https://fovea.example.com:port"] # no port
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "refused_12" {
  command = plan

  variables {
    frontend_urls = [""]
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "refused_13" {
  command = plan

  variables {
    frontend_urls = ["https://fovea.example.com", "https://fovea.example.com"] # twice
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "refused_14" {
  command = plan

  variables {
    frontend_urls = [null]
  }

  expect_failures = [
    var.frontend_urls,
  ]
}

run "backup_in_the_same_region" {
  command = plan

  variables {
    region = "us-west-2"
    backup = { region = "us-west-2" }
  }

  expect_failures = [fovea_video_bucket.backup]
}

run "backup_without_versions" {
  command = plan

  variables {
    versioning = "Suspended"
    backup     = { region = "us-west-2" }
  }

  expect_failures = [fovea_bucket_replication.videos]
}

run "backup_without_a_key_of_its_own" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"
    backup      = { region = "us-west-2" }
  }

  expect_failures = [fovea_bucket_replication.videos]
}

run "manifest_from_no_inventory" {
  command = plan

  variables {
    manifest = { source = "inventory" }
  }

  expect_failures = [fovea_manifest.videos]
}

# What looks wrong and is not.
run "accepted" {
  command = plan

  variables {
    name_prefix   = "9"
    frontend_urls = ["*", "https://*.example.com", "http://localhost:3000", "http://[::1]:3000", "https://fovea.example.com:8443"]
    iam_path      = "/teams/video/"
    logs          = { expiration_days = 1 }
    manifest      = { max_removed_percent = 0 }
  }
}
