# The guide replicates to a bucket that it never made. S3 refuses that, and refuses
# a bucket without versions as well.
resource "fovea_video_bucket" "backup" {
  bucket        = var.backup_bucket
  region        = var.backup_region
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_bucket_policy" "backup" {
  bucket                  = fovea_video_bucket.backup.bucket
  deny_insecure_transport = true
}

# The guide names a role that it never made: who may copy what.
resource "fovea_replication_role" "videos" {
  name                    = "S3-Replication-Role"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
}

# The guide's document is refused twice: DeleteMarkerReplication and Metrics are
# missing. They are filled in here, and a video that is deleted stays in the backup.
#
# S3 copies what is uploaded from now on. For the videos that are there already, run
# S3 Batch Replication once.
resource "fovea_bucket_replication" "videos" {
  bucket   = fovea_video_bucket.videos.bucket
  role_arn = fovea_replication_role.videos.arn
  rules    = [{ destination = { bucket_arn = fovea_video_bucket.backup.arn } }]
}
