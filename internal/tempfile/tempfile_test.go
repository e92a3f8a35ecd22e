package tempfile

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	return found
}

// TestTemporaryFilesHaveNoName where that can be, so that a killed process leaves none.
func TestTemporaryFilesHaveNoName(t *testing.T) {
	dir := t.TempDir()
	file, err := New(dir, "fovea-*")
	if err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("got the files %q while it is open, want none", left)
	}
	if _, err := file.WriteString("x"); err != nil {
		t.Errorf("got error %v from a write, want none", err)
	}
	// A file of somebody else that has the name by now is none of ours.
	other := filepath.Join(dir, filepath.Base(file.Name()))
	if runtime.GOOS != "windows" {
		if err := os.WriteFile(other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Errorf("got error %v from Close, want none", err)
	}
	want := 1
	if runtime.GOOS == "windows" {
		want = 0
	}
	if left := names(t, dir); len(left) != want {
		t.Errorf("got the files %q after Close, want %d", left, want)
	}
}

func TestNewFailsWithoutAFolder(t *testing.T) {
	if file, err := New(filepath.Join(t.TempDir(), "none"), "fovea-*"); err == nil {
		file.Discard()
		t.Error("got a file in a folder that does not exist, want an error")
	}
}
