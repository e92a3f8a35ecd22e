# S3 keeps all rules of a bucket in one document, and so does this resource.
resource "fovea_bucket_lifecycle" "videos" {
  bucket = fovea_video_bucket.videos.bucket

  rules = [
    # The guide's document is refused by the aws CLI, since it has Id in place of ID.
    # It moves videos to GLACIER after a year: FOVEA goes on listing them, but
    # they do not play until they are restored. GLACIER_IR costs little more, and they
    # play at once.
    {
      id = "ArchiveOldVideos"
      transitions = [
        { days = 90, storage_class = "STANDARD_IA" },
        { days = 365, storage_class = "GLACIER_IR" },
      ]
    },
    # The guide's Intelligent-Tiering configuration does nothing by itself: it is for
    # objects of one storage class, into which this puts raw footage. S3 does not move
    # it back up to STANDARD_IA.
    {
      id          = "TierRawFootage"
      filter      = { prefix = var.raw_footage_prefix }
      transitions = [{ days = 0, storage_class = "INTELLIGENT_TIERING" }]
    },
    # The guide forgets the parts of uploads that broke off. They are paid for, and no
    # listing shows them.
    {
      id                                     = "AbortIncompleteUploads"
      abort_incomplete_multipart_upload_days = 7
    },
  ]
}

# Raw footage that nobody has read for 90 days is archived, and further down after
# 180. It has to be restored before it plays again, of which the plan warns.
#
# The guide does this to every video of the storage class. Without the filter, any
# video that was uploaded into it would stop playing.
resource "fovea_bucket_intelligent_tiering" "videos" {
  bucket = fovea_bucket_lifecycle.videos.bucket # after the rule that fills the class
  filter = { prefix = var.raw_footage_prefix }
}
