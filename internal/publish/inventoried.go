package publish

import (
	"context"
	"iter"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// inventoried is videos with an inventory in place of a listing. Its rows come in
// no order, so that the videos among them are sorted first. What is said of an
// object that depends on others is said when all have been seen.
func inventoried(ctx context.Context, s Selection, c *census) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		w := walk{Selection: s, census: c}
		defer w.close()
		w.resetOthers()
		if w.Full {
			w.sidecars = newSidecars(w.TempDir)
		}
		sorted, err := sortVideos(s.TempDir, w.rows(ctx), videosBudget, newestFirst)
		if err != nil {
			yield(manifest.Video{}, err)
			return
		}
		defer sorted.close()
		if w.Full {
			if err := w.sidecars.seal(); err != nil {
				yield(manifest.Video{}, err)
				return
			}
		}
		for v, err := range sorted.videos() {
			if err == nil {
				err = w.complete(&v)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// rows yields the videos of the inventory, and takes note of its sidecars.
func (w *walk) rows(ctx context.Context) iter.Seq2[manifest.Video, error] {
	options := inventory.Options{Keep: w.relevant, ETags: w.Full, TempDir: w.TempDir}
	return func(yield func(manifest.Video, error) bool) {
		for o, err := range w.Inventory.Objects(ctx, options) {
			if err == nil {
				err = w.sidecar(o.Key)
			}
			if err != nil {
				yield(manifest.Video{}, err)
				return
			}
			if !w.selects(o.Key) {
				if w.counts(o.Key) {
					*w.CountOthers++
				}
				continue
			}
			v := manifest.Video{Key: o.Key, Size: o.Size, LastModified: o.LastModified}
			if w.Full {
				v.Details = newDetails(o.ETag, o.StorageClass)
			}
			if w.census != nil && o.Archived() {
				w.census.archived++
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// relevant reports whether an object is a video, the sidecar of one, or a video of
// another kind that is counted.
func (w *walk) relevant(key string) bool { return isSidecar(key) || w.selects(key) || w.counts(key) }

// counts reports whether CountOthers counts a key.
func (s Selection) counts(key string) bool {
	return s.CountOthers != nil && other(key, s.Suffixes) && s.inRange(key)
}

// selects reports whether a key is that of a video in the range that is listed.
func (s Selection) selects(key string) bool { return s.Matches(key) && s.inRange(key) }

// inRange is what a listing leaves to the server.
func (s Selection) inRange(key string) bool {
	if !strings.HasPrefix(key, s.Prefix) {
		return false
	}
	for _, p := range s.ExcludePrefixes {
		if strings.HasPrefix(key, p) {
			return false
		}
	}
	return true
}

// complete adds to a video what follows from other objects and from its place in
// the list.
func (w *walk) complete(v *manifest.Video) error {
	if w.Full {
		if err := w.describe(v.Key, v.Details); err != nil {
			return err
		}
	}
	if w.census == nil {
		return nil
	}
	return w.census.video(v.Key)
}

// newestFirst orders videos by key. S3 takes an inventory while the bucket changes,
// so that two of its rows might have one key.
func newestFirst(a, b manifest.Video) int {
	if order := byKey(a, b); order != 0 {
		return order
	}
	return b.LastModified.Compare(a.LastModified)
}
