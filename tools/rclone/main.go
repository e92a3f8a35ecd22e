// Command rclone is rclone with what the listing benchmark needs of it: the S3
// backend and lsf. All of rclone takes minutes to compile.
package main

import (
	_ "github.com/rclone/rclone/backend/s3"
	"github.com/rclone/rclone/cmd"
	_ "github.com/rclone/rclone/cmd/lsf"
	_ "github.com/rclone/rclone/cmd/version"
)

func main() { cmd.Main() }
