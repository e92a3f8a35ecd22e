package publish

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// inventoried is videos with an inventory in place of a listing.
func inventoried(ctx context.Context, s Selection, c *census) iter.Seq2[manifest.Video, error] {
	return sorted(s, c, func(w *walk) iter.Seq2[manifest.Video, error] { return w.rows(ctx) })
}

// sortedListing is videos for a server that lists keys in an order of its own.
func sortedListing(ctx context.Context, client keyscan.Lister, s Selection, c *census) iter.Seq2[manifest.Video, error] {
	return sorted(s, c, func(w *walk) iter.Seq2[manifest.Video, error] { return w.disordered(ctx, client) })
}

// sorted sorts the videos of a list that comes in no order. What is said of an object
// that depends on others is said when all have been seen.
func sorted(s Selection, c *census, rows func(*walk) iter.Seq2[manifest.Video, error]) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		w := walk{Selection: s, census: c}
		defer w.close()
		w.resetOthers()
		if w.Full {
			w.sidecars = newSidecars(w.TempDir)
		}
		sorted, err := sortVideos(s.TempDir, rows(&w), videosBudget, newestFirst)
		if err != nil {
			yield(manifest.Video{}, err)
			return
		}
		defer sorted.close()
		if w.Full && !w.counted {
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
			v, wanted := manifest.Video{}, false
			if err == nil {
				err = w.count(o.Size)
			}
			if err == nil {
				v, wanted, err = w.row(o.Key, o.Size, o.LastModified, o.ETag, o.StorageClass, o.Archived())
			}
			if (wanted || err != nil) && (!yield(v, err) || err != nil) {
				return
			}
		}
	}
}

// disordered yields the videos of a listing as they come, and takes note of the
// sidecars at the root of the bucket.
func (w *walk) disordered(ctx context.Context, client keyscan.Lister) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		if err := w.begin(ctx, client); err != nil {
			yield(manifest.Video{}, err)
			return
		}
		// Ranges to leave out, and to list at the same time, exist in an order only.
		options := keyscan.Options{Bucket: w.Bucket, Prefix: w.Prefix, Concurrency: 1, OmitETags: !w.Full, TempDir: w.TempDir}
		for o, err := range keyscan.Scan(ctx, client, options) {
			v, wanted := manifest.Video{}, false
			if err == nil {
				err = w.count(o.Size)
			}
			if err != nil {
				err = listing(err)
			} else {
				v, wanted, err = w.row(strings.Clone(o.Key), o.Size, o.LastModified, strings.Clone(s3wire.BareETag(o.ETag)), o.StorageClass, s3wire.Archived(o.StorageClass))
			}
			if (wanted || err != nil) && (!yield(v, err) || err != nil) {
				return
			}
		}
	}
}

// row makes a video of an object that comes in no order, if it is one.
func (w *walk) row(key string, size int64, modified time.Time, etag, class string, archived bool) (v manifest.Video, wanted bool, err error) {
	if !w.counted {
		err = w.sidecar(key)
	}
	if err == nil && w.counts(key) {
		*w.CountOthers++
	}
	if err != nil || !w.selects(key) {
		return v, false, err
	}
	v = manifest.Video{Key: key, Size: size, LastModified: modified}
	if w.Full {
		v.Details = newDetails(etag, class)
	}
	if w.census != nil && archived {
		w.census.archived++
	}
	return v, true, nil
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
