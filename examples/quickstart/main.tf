terraform {
  required_version = ">= 1.8"

  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = "us-east-1"
}

variable "frontend_url" {
  description = "Where FOVEA's pages are served from: scheme, host and port."
  type        = string
  default     = "http://localhost:3000"
}

variable "video_key" {
  description = "Key of a video to make a link to, such as \"first.mp4\"."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Let terraform destroy delete the bucket together with all its videos."
  type        = bool
  default     = false
}

resource "fovea_video_bucket" "videos" {
  bucket_prefix = "fovea-videos-" # followed by a unique suffix
  force_destroy = var.force_destroy
}

# Lets the browser play videos on FOVEA's pages.
resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = [var.frontend_url] }]
}

# FOVEA's user may list the bucket and read the videos, and nothing else.
resource "fovea_access_user" "reader" {
  name   = "fovea-video-reader"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "reader" {
  user = fovea_access_user.reader.name
}

# The list of the videos, manifest.json in the bucket.
resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}

# The settings of FOVEA's backend.
data "fovea_backend_environment" "fovea" {
  bucket            = fovea_video_bucket.videos.bucket
  region            = fovea_video_bucket.videos.region
  access_key_id     = fovea_access_key.reader.access_key_id
  secret_access_key = fovea_access_key.reader.secret_access_key
}

# A link to one video. It is valid for one to two days, and stays the same for a day,
# so that a plan in between shows no change.
data "fovea_presigned_url" "video" {
  count = var.video_key == null ? 0 : 1

  bucket        = fovea_video_bucket.videos.bucket
  key           = var.video_key
  verify_object = true
  expires_in    = 172800
  stable_window = 86400
}

output "bucket" {
  description = "Name of the bucket: upload videos here."
  value       = fovea_video_bucket.videos.bucket
}

output "access_key_id" {
  description = "FOVEA's access key."
  value       = fovea_access_key.reader.access_key_id
}

output "secret_access_key" {
  description = "The secret of FOVEA's access key."
  value       = fovea_access_key.reader.secret_access_key
  sensitive   = true
}

output "dotenv" {
  description = "Content of the file .env beside FOVEA's docker-compose.yml."
  value       = data.fovea_backend_environment.fovea.dotenv
  sensitive   = true
}

output "video_count" {
  description = "Number of videos in the published manifest."
  value       = fovea_manifest.videos.video_count
}

output "video_url" {
  description = "Link to the video named by video_key; null without one."
  value       = one(data.fovea_presigned_url.video[*].url)
  sensitive   = true
}
