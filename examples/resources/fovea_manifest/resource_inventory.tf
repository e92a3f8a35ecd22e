# The list of a bucket that is too large to be listed by every plan, taken from
# what S3 delivers once a day. fovea_bucket_inventory asks S3 for it; the first one
# is there within 48 hours, and until then the manifest needs source = "list".
resource "fovea_manifest" "videos" {
  bucket = "fovea-production-videos"
  source = "inventory"

  inventory = {
    bucket = "fovea-production-videos-inventories"
    prefix = "inventory"
  }

  # Two deliveries may be late before this fails.
  max_inventory_age = "72h"
}
