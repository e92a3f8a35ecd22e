data "fovea_video" "intro" {
  bucket = "fovea-videos"
  key    = "clips/intro.mp4"
}

output "intro" {
  value = "${data.fovea_video.intro.width}x${data.fovea_video.intro.height}, ${data.fovea_video.intro.duration} s"
}

# Warn at each plan about videos that do not play in every browser.
data "fovea_videos" "all" {
  bucket = "fovea-videos"
  limit  = 20
}

data "fovea_video" "each" {
  for_each = toset(data.fovea_videos.all.videos[*].key)

  bucket = "fovea-videos"
  key    = each.value
}

check "videos_play" {
  assert {
    condition     = alltrue([for video in data.fovea_video.each : video.browser_playable])
    error_message = join("\n", [for video in data.fovea_video.each : "${video.key}: ${video.browser_playable_reason}" if video.browser_playable != true])
  }
}
