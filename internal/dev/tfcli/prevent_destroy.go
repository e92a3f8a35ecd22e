package tfcli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Examples keep Terraform from destroying their buckets, by a line that a test has to
// take out before it destroys what it has applied.

const preventDestroy = "\n  lifecycle {\n    prevent_destroy = true\n  }\n"

var bucketBlock = regexp.MustCompile(`(?ms)^resource "fovea_video_bucket" "([^"]*)" \{\n.*?^\}\n`)

// WithoutPreventDestroy takes prevent_destroy out of the buckets of a configuration.
// It fails for a bucket that has none.
func WithoutPreventDestroy(configuration string) (string, error) {
	var unguarded []string
	text := bucketBlock.ReplaceAllStringFunc(configuration, func(block string) string {
		if !strings.Contains(block, preventDestroy) {
			unguarded = append(unguarded, bucketBlock.FindStringSubmatch(block)[1])
		}
		return strings.Replace(block, preventDestroy, "", 1)
	})
	if len(unguarded) > 0 {
		return "", fmt.Errorf("these buckets have no lifecycle block with prevent_destroy = true as their last: %s", strings.Join(unguarded, ", "))
	}
	return text, nil
}

// RemovePreventDestroy does the same for the files of a folder. It fails for a folder
// without a bucket.
func RemovePreventDestroy(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		return err
	}
	buckets := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		buckets += len(bucketBlock.FindAll(text, -1))
		without, err := WithoutPreventDestroy(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		if err := os.WriteFile(file, []byte(without), 0o600); err != nil {
			return err
		}
	}
	if buckets == 0 {
		return fmt.Errorf("%s has no fovea_video_bucket", folder)
	}
	return nil
}
