resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_access_user" "backend" {
  name   = "fovea-production-backend"
  bucket = fovea_video_bucket.videos.bucket
}

# Two keys take turns, so that FOVEA never holds one that is deleted. To rotate,
# change the date of the key that is not in use, make it the current one, apply,
# and restart FOVEA with it. The next time it is the other one's turn.
locals {
  current = fovea_access_key.green
}

resource "fovea_access_key" "blue" {
  user = fovea_access_user.backend.name

  rotation_triggers = {
    made = "2026-01-05"
  }
}

resource "fovea_access_key" "green" {
  user = fovea_access_user.backend.name

  rotation_triggers = {
    made = "2026-04-06"
  }
}

output "access_key_id" {
  value = local.current.access_key_id
}

output "secret_access_key" {
  value     = local.current.secret_access_key
  sensitive = true
}
