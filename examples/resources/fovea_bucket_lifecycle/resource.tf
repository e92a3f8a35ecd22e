resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Videos that nobody needs every day get cheaper, and still play at once. Without
# rules, the first and the last of these are the default.
resource "fovea_bucket_lifecycle" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  rules = [
    {
      id = "ArchiveOldVideos"
      transitions = [
        { days = 90, storage_class = "STANDARD_IA" },
        { days = 365, storage_class = "GLACIER_IR" },
      ]
    },
    {
      id                            = "DeleteOldVersions"
      noncurrent_version_expiration = { noncurrent_days = 90, newer_noncurrent_versions = 1 }
      expiration                    = { expired_object_delete_marker = true }
    },
    {
      id                                     = "AbortIncompleteUploads"
      abort_incomplete_multipart_upload_days = 7
    },
  ]
}
