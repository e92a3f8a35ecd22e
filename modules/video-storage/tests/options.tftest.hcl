# Each part on, off and as configured, without a server.

mock_provider "fovea" {
  source = "./tests/mocks"
}

variables {
  name_prefix   = "fovea-test"
  frontend_urls = ["https://fovea.example.com"]
}

run "nothing_but_the_bucket" {
  command = plan

  assert {
    condition = [
      for part in [fovea_video_bucket.videos, fovea_bucket_cors.videos, fovea_bucket_policy.videos] : length(part)
    ] == [1, 1, 1]
    error_message = "the bucket, its CORS rules or its policy are missing"
  }

  assert {
    condition = alltrue([for part in [
      fovea_access_user.fovea, fovea_access_key.fovea, fovea_access_role.ec2, fovea_access_role.uploads,
      fovea_video_bucket.logs, fovea_bucket_policy.logs, fovea_bucket_lifecycle.logs, fovea_bucket_logging.videos,
      fovea_bucket_metrics.videos, fovea_bucket_lifecycle.videos, fovea_bucket_intelligent_tiering.videos,
      fovea_video_bucket.inventory, fovea_bucket_policy.inventory, fovea_bucket_lifecycle.inventory, fovea_bucket_inventory.videos,
      fovea_video_bucket.backup, fovea_bucket_cors.backup, fovea_bucket_policy.backup, fovea_bucket_lifecycle.backup,
      fovea_replication_role.backup, fovea_bucket_replication.videos, fovea_manifest.videos,
    ] : length(part) == 0])
    error_message = "a part is there that nobody asked for"
  }

  assert {
    condition     = fovea_video_bucket.videos[0].versioning == "Enabled" && fovea_video_bucket.videos[0].force_destroy == false
    error_message = "the bucket is not versioned, or may be destroyed with its videos"
  }

  assert {
    condition = alltrue([for output in [
      output.logs_bucket, output.logs_bucket_arn, output.inventory_bucket, output.backup_bucket, output.backup_bucket_region, output.metrics_filter_id,
      output.access_user_name, output.access_key_id, output.ec2_role_name, output.instance_profile_name, output.github_role_arn, output.replication_role_arn,
      output.manifest_key, output.video_count, output.backup_environment, output.backup_dotenv,
    ] : output == null])
    error_message = "an output of a part that is not there is not null"
  }
}

# An apply, for what a plan does not know yet.
run "everything_by_default" {
  variables {
    access_user = {}
    ec2_role    = {}
    github_role = {
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      subjects          = ["repo:yourcompany/videos:ref:refs/heads/main"]
    }
    logs            = {}
    metrics         = {}
    lifecycle_rules = {}
    inventory       = {}
    backup          = { region = "us-west-2" }
    manifest        = {}
    read_principals = ["arn:aws:iam::123456789012:role/task"]
  }

  assert {
    condition     = output.access_key_id == "AKIAIOSFODNN7EXAMPLE"
    error_message = "got key ${output.access_key_id}, want the one of the user"
  }

  assert {
    condition     = alltrue([for identity in [fovea_access_user.fovea[0], fovea_access_role.ec2[0]] : identity.additional_buckets == tolist([fovea_video_bucket.backup[0].bucket])])
    error_message = "the user or the EC2 role may not read the backup"
  }

  assert {
    condition     = try(length(fovea_access_role.uploads[0].additional_buckets), 0) == 0
    error_message = "the role for uploads may write to the backup"
  }

  assert {
    condition     = fovea_access_role.uploads[0].access == "upload" && length(fovea_access_role.uploads[0].trusted_services) == 0
    error_message = "the role for uploads may not upload, or a service is trusted"
  }

  assert {
    condition     = fovea_bucket_logging.videos[0].target_prefix == "s3-access/" && fovea_bucket_policy.logs[0].access_log_source_arns[0] == output.bucket_arn
    error_message = "the logs are not delivered below s3-access/, or S3 may not deliver them"
  }

  assert {
    condition     = fovea_bucket_lifecycle.logs[0].rules[0].expiration.days == 365
    error_message = "the logs do not expire after a year"
  }

  assert {
    condition     = output.metrics_filter_id == "EntireBucket"
    error_message = "got metrics ${output.metrics_filter_id}, want EntireBucket"
  }

  assert {
    condition     = [for rule in fovea_bucket_lifecycle.videos[0].rules : rule.id] == ["ArchiveOldVideos", "AbortIncompleteUploads", "ExpireNoncurrentVersions"]
    error_message = "got rules ${jsonencode([for rule in fovea_bucket_lifecycle.videos[0].rules : rule.id])}"
  }

  assert {
    condition     = length(fovea_bucket_intelligent_tiering.videos) == 0
    error_message = "got archive tiers without raw_footage"
  }

  assert {
    condition     = fovea_bucket_policy.inventory[0].inventory_source_arns[0] == output.bucket_arn && fovea_bucket_lifecycle.inventory[0].rules[0].expiration.days == 30
    error_message = "S3 may not deliver inventories, or they do not expire"
  }

  assert {
    condition     = fovea_bucket_replication.videos[0].rules[0].status == "Enabled" && fovea_bucket_replication.videos[0].rules[0].delete_marker_replication == false
    error_message = "videos are not copied, or deleted in the backup too"
  }

  assert {
    condition     = length(fovea_bucket_cors.backup) == 1 && length(fovea_bucket_lifecycle.backup) == 0
    error_message = "the backup has no CORS rules, or its old versions expire"
  }

  assert {
    condition     = jsonencode(jsondecode(fovea_bucket_policy.backup[0].source_policy_documents[0]).Statement[0].Principal.AWS) == jsonencode(var.read_principals)
    error_message = "the policy of the backup does not name read_principals alone"
  }

  assert {
    condition     = output.manifest_key == "manifest.json" && fovea_manifest.videos[0].snapshots == null
    error_message = "the manifest has another key, or snapshots that nobody asked for"
  }
}

run "everything_as_configured" {
  command = plan

  variables {
    frontend_urls                = ["https://fovea.example.com", "http://localhost:3000"]
    force_destroy                = true
    deny_insecure_transport      = false
    cloudfront_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE"]
    source_policy_documents      = ["{\"Version\":\"2012-10-17\",\"Statement\":[]}"]
    access_user                  = { rotation_triggers = { quarter = "2026-Q4" } }
    metrics                      = { name = "Clips", prefix = "clips/" }
    lifecycle_rules = {
      transitions                            = []
      noncurrent_version_expiration_days     = 30
      newer_noncurrent_versions              = 2
      abort_incomplete_multipart_upload_days = 0
      raw_footage                            = { prefix = "footage/", archive_access_days = 120, deep_archive_access_days = 240 }
    }
    inventory = { frequency = "Weekly", format = "CSV" }
    backup    = { region = "us-west-2", storage_class = "STANDARD_IA", noncurrent_version_expiration_days = 30 }
    manifest  = { key = "lists/videos.json", suffixes = [".mp4", ".webm"], snapshots = { keep = 5 }, source = "inventory", max_inventory_age = "200h" }
  }

  assert {
    condition     = fovea_bucket_cors.videos[0].rules[0].allowed_origins == tolist(["https://fovea.example.com", "http://localhost:3000"])
    error_message = "the CORS rule does not allow both origins"
  }

  assert {
    condition     = alltrue([for bucket in [fovea_video_bucket.videos[0], fovea_video_bucket.inventory[0], fovea_video_bucket.backup[0]] : bucket.force_destroy])
    error_message = "force_destroy is not used for every bucket"
  }

  assert {
    condition     = fovea_bucket_policy.videos[0].deny_insecure_transport == false && length(fovea_bucket_policy.videos[0].cloudfront_distribution_arns) == 1 && length(fovea_bucket_policy.videos[0].source_policy_documents) == 1
    error_message = "the policy is not as configured"
  }

  assert {
    condition     = fovea_access_key.fovea[0].rotation_triggers.quarter == "2026-Q4"
    error_message = "the key has no trigger for its rotation"
  }

  assert {
    condition     = output.metrics_filter_id == "Clips" && fovea_bucket_metrics.videos[0].filter.prefix == "clips/"
    error_message = "the metrics lack their name or prefix"
  }

  assert {
    condition     = [for rule in fovea_bucket_lifecycle.videos[0].rules : rule.id] == ["TierRawFootage", "ExpireNoncurrentVersions"]
    error_message = "got rules ${jsonencode([for rule in fovea_bucket_lifecycle.videos[0].rules : rule.id])}, want TierRawFootage and ExpireNoncurrentVersions"
  }

  assert {
    condition     = fovea_bucket_lifecycle.videos[0].rules[1].noncurrent_version_expiration == { noncurrent_days = 30, newer_noncurrent_versions = 2 }
    error_message = "old versions do not expire as configured"
  }

  assert {
    condition     = fovea_bucket_intelligent_tiering.videos[0].filter.prefix == "footage/" && [for tier in fovea_bucket_intelligent_tiering.videos[0].tierings : tier.days] == [120, 240]
    error_message = "the archive tiers are not those of raw_footage"
  }

  assert {
    condition     = fovea_bucket_inventory.videos[0].frequency == "Weekly" && fovea_bucket_inventory.videos[0].format == "CSV"
    error_message = "the inventory is not as configured"
  }

  assert {
    condition     = fovea_bucket_replication.videos[0].rules[0].destination.storage_class == "STANDARD_IA" && fovea_bucket_lifecycle.backup[0].rules[0].noncurrent_version_expiration.noncurrent_days == 30
    error_message = "the copies are in another class, or their old versions do not expire"
  }

  assert {
    condition     = fovea_manifest.videos[0].key == "lists/videos.json" && fovea_manifest.videos[0].suffixes == tolist([".mp4", ".webm"]) && fovea_manifest.videos[0].snapshots.keep == 5
    error_message = "the manifest is not as configured"
  }

  assert {
    condition     = fovea_manifest.videos[0].inventory.bucket == "fovea-test-inventory" && fovea_manifest.videos[0].max_inventory_age == "200h"
    error_message = "the manifest does not read the inventory"
  }
}

run "stopped_and_kept" {
  command = plan

  variables {
    frontend_urls           = []
    deny_insecure_transport = false
    access_user             = { create_key = false }
    logs                    = { enabled = false, expiration_days = 0 }
    inventory               = { expiration_days = 0 }
    backup                  = { region = "us-west-2", enabled = false }
  }

  assert {
    condition     = length(fovea_bucket_cors.videos) == 0 && length(fovea_bucket_cors.backup) == 0
    error_message = "got CORS rules without an origin"
  }

  # S3 takes no policy without statements.
  assert {
    condition     = length(fovea_bucket_policy.videos) == 0
    error_message = "got a policy that would be empty"
  }

  assert {
    condition     = length(fovea_access_user.fovea) == 1 && length(fovea_access_key.fovea) == 0
    error_message = "got a key despite create_key = false"
  }

  assert {
    condition     = length(fovea_bucket_logging.videos) == 0 && length(fovea_video_bucket.logs) == 1 && length(fovea_bucket_lifecycle.logs) == 0
    error_message = "the logs go on or expire, or their bucket is deleted"
  }

  assert {
    condition     = length(fovea_bucket_inventory.videos) == 1 && length(fovea_bucket_lifecycle.inventory) == 0
    error_message = "the inventories expire despite expiration_days = 0"
  }

  assert {
    condition     = fovea_bucket_replication.videos[0].rules[0].status == "Disabled" && length(fovea_video_bucket.backup) == 1
    error_message = "the copies go on, or their bucket is deleted"
  }
}

run "managed_elsewhere" {
  command = plan

  variables {
    create_bucket = false
    bucket_name   = "company-videos"
    region        = "us-east-1"
    bucket_policy = false
    logs          = { create_bucket = false, bucket_name = "company-logs", target_prefix = "fovea/" }
    backup        = { region = "us-west-2" }
  }

  assert {
    condition     = length(fovea_video_bucket.videos) == 0 && fovea_bucket_cors.videos[0].bucket == "company-videos" && output.bucket == "company-videos"
    error_message = "the module manages the existing bucket, or not its documents"
  }

  assert {
    condition     = length(fovea_bucket_policy.videos) == 0
    error_message = "got a bucket policy despite bucket_policy = false"
  }

  assert {
    condition     = length(fovea_video_bucket.logs) == 0 && length(fovea_bucket_policy.logs) == 0 && length(fovea_bucket_lifecycle.logs) == 0
    error_message = "the module manages a log bucket that is managed elsewhere"
  }

  assert {
    condition     = fovea_bucket_logging.videos[0].target_bucket == "company-logs" && fovea_bucket_logging.videos[0].target_prefix == "fovea/" && output.logs_bucket == "company-logs"
    error_message = "the logs are not delivered to company-logs"
  }

  assert {
    condition     = fovea_replication_role.backup[0].source_bucket_arn == "arn:aws:s3:::mocked-bucket"
    error_message = "got source ${fovea_replication_role.backup[0].source_bucket_arn}, want that of the policy"
  }
}

run "kms_key" {
  command = plan

  variables {
    additional_kms_key_arns = ["arn:aws:kms:us-east-1:123456789012:key/former"]
    kms_key_arn             = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    access_user             = {}
    ec2_role                = {}
    backup                  = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/abcd1234-12ab-34cd-56ef-1234567890ab" }
  }

  assert {
    condition     = fovea_video_bucket.videos[0].encryption.kms_key_arn == var.kms_key_arn && fovea_video_bucket.backup[0].encryption.kms_key_arn == var.backup.kms_key_arn
    error_message = "a bucket is not encrypted with its key"
  }

  assert {
    condition     = length(fovea_access_user.fovea[0].kms_key_arns) == 3 && length(fovea_access_role.ec2[0].kms_key_arns) == 3
    error_message = "the user and the role may not use all three keys"
  }

  assert {
    condition     = fovea_replication_role.backup[0].source_kms_key_arns[0] == var.kms_key_arn && fovea_replication_role.backup[0].replica_kms_key_arns[0] == var.backup.kms_key_arn
    error_message = "S3 may not use the keys to copy"
  }

  assert {
    condition     = fovea_bucket_replication.videos[0].rules[0].replicate_kms_encrypted_objects == true
    error_message = "encrypted videos are not copied"
  }
}

run "checked_without_a_manifest" {
  variables {
    frontend_urls = ["https://*.example.com", "https://review.example.com"]
    storage_check = {}
  }

  override_data {
    target = data.fovea_storage_check.videos[0]
    values = { healthy = true }
  }

  assert {
    condition     = data.fovea_storage_check.videos[0].origin == "https://review.example.com" && !contains(data.fovea_storage_check.videos[0].include, "manifest")
    error_message = "the checks are for another origin, or for a manifest"
  }

  assert {
    condition     = data.fovea_storage_check.videos[0].access_key_id == null
    error_message = "the checks use a key that nobody asked for"
  }
}
