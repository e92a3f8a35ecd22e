# The list of the videos. Every plan shows which videos came and went, every apply
# publishes the new list.
#
# The guide's Lambda lists a bucket's first 1,000 objects only, runs again for its
# own upload, misses deletions, and publishes an empty list when a listing comes
# back empty. examples/full-stack has one that does not.
resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  # "Periodic manifests saved as backups": a copy of every list, the last 30.
  snapshots = {}
}

# A link to one video, once there is one. The guide's links live for an hour. This
# one lives for one to two days and stays the same for a day, so that a plan in
# between shows no change.
data "fovea_presigned_url" "video" {
  count = var.video_key == null ? 0 : 1

  bucket        = fovea_video_bucket.videos.bucket
  key           = var.video_key
  verify_object = true
  expires_in    = 172800
  stable_window = 86400
}
