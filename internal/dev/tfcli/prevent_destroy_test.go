package tfcli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutPreventDestroy(t *testing.T) {
	const guarded = "# Videos.\nresource \"fovea_video_bucket\" \"a\" {\n  bucket = \"a\"\n" + preventDestroy + "}\n"
	const bare = "resource \"fovea_video_bucket\" \"b\" {\n  bucket = \"b\"\n}\n"
	const other = "\nresource \"fovea_manifest\" \"m\" {\n  bucket = \"a\"\n}\n"
	for name, tt := range map[string]struct{ text, want, fails string }{
		"guarded":   {guarded + other, strings.Replace(guarded, preventDestroy, "", 1) + other, ""},
		"bare":      {guarded + "\n" + bare, "", "these buckets have no lifecycle block with prevent_destroy = true as their last: b"},
		"no bucket": {other, other, ""},
		"switched off": {
			strings.Replace(guarded, "true", "false", 1), "", "prevent_destroy = true as their last: a",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := WithoutPreventDestroy(tt.text)
			if (err != nil) != (tt.fails != "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
				t.Fatalf("got error %v, want %q", err, tt.fails)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestExamplesPreventDestroy looks into every example but the quickstart, which is to
// be destroyed after a look at it.
func TestExamplesPreventDestroy(t *testing.T) {
	root := os.DirFS(filepath.Join("..", "..", "..", "examples"))
	buckets := 0
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".tf" {
			return err
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		found := len(bucketBlock.FindAll(text, -1))
		if strings.HasPrefix(path, "quickstart/") {
			if strings.Contains(string(text), "prevent_destroy") {
				t.Errorf("%s keeps its bucket from being destroyed", path)
			}
			return nil
		}
		buckets += found
		if _, err := WithoutPreventDestroy(string(text)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if buckets == 0 {
		t.Error("no example has a bucket, which cannot be")
	}
}
