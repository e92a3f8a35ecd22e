package publish

import (
	"errors"
	"path"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
)

// Selection says which objects of a bucket are its videos, and how to list them.
type Selection struct {
	Bucket          string
	Prefix          string   // of the keys; "" for all
	Suffixes        []string // such as ".mp4"; matched whatever the case
	ExcludePrefixes []string
	Full            bool   // with manifest.Details
	Concurrency     int    // listing requests at a time
	TempDir         string // for what does not fit into memory; "" means os.TempDir
	// Quantiles are what an earlier Result or Scan said of the bucket, whatever the
	// rest of the selection: a listing is faster that has them.
	Quantiles []string
	// Inventory is read in place of listing the bucket, unless it is nil.
	Inventory *inventory.Report
	// CountOthers, unless it is nil, is set to the number of videos of kinds that
	// FOVEA lists and Suffixes leaves out, each time that the videos are walked
	// through. It takes no request.
	CountOthers *int64

	// unordered lists sequentially and sorts, for a server that keeps another order.
	unordered bool
}

// InOrder does something with the videos of a selection. If the server turns out to
// list keys in an order of its own, it does it again with a listing that is sorted.
func InOrder[T any](s Selection, do func(Selection) (T, error)) (T, error) {
	result, err := do(s)
	if errors.Is(err, keyscan.ErrUnordered) && !s.unordered {
		s.unordered = true
		result, err = do(s)
	}
	return result, err
}

// AppSuffixes end the keys of what FOVEA lists as videos, whatever the case. Each has
// a dot and three or four letters.
var AppSuffixes = []string{".mp4", ".webm", ".ogg", ".mov", ".avi", ".mkv"}

// other reports whether a key is that of a video for CountOthers.
func other[Key string | []byte](key Key, suffixes []string) bool {
	n := len(key)
	if n < 4 || key[n-4] != '.' && (n < 5 || key[n-5] != '.') {
		return false // most keys
	}
	return endsInOne(key, AppSuffixes) && !endsInOne(key, suffixes)
}

// Matches reports whether a key is that of a video.
func (s Selection) Matches(key string) bool { return endsInOne(key, s.Suffixes) }

// endsInOne reports whether a key ends in one of the suffixes, whatever the case.
func endsInOne[Key string | []byte](key Key, suffixes []string) bool {
	for _, suffix := range suffixes {
		if len(key) >= len(suffix) && strings.EqualFold(string(key[len(key)-len(suffix):]), suffix) {
			return true
		}
	}
	return false
}

// infoSuffix ends the keys of sidecars: x.info.json describes every video named
// x, whatever its folder. FOVEA looks for it at the root of the bucket only.
const infoSuffix = ".info.json"

// infoKey returns the key of a video's sidecar.
func infoKey(video string) string {
	base := path.Base(video)
	return strings.TrimSuffix(base, path.Ext(base)) + infoSuffix
}

// isSidecar reports whether FOVEA would read a key as a sidecar.
func isSidecar(key string) bool {
	return strings.HasSuffix(key, infoSuffix) && !strings.Contains(key, "/")
}
