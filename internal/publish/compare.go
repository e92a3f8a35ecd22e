package publish

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// Comparing is what Compare needs of S3.
type Comparing interface {
	getter
	keyscan.Lister
}

// Pending is an update of a manifest that is due.
type Pending struct {
	// Differs says that there is one. The diff may be empty all the same: somebody
	// may have written the list in another order, or a video in it twice.
	Differs bool
	manifest.Diff
	Before int64  // number of videos in the manifest as it is
	Found  string // the digest of the videos in the bucket, if Due found it
}

// Due says how the videos in the bucket differ from the manifest at key, of which
// the digest is known. If they do not, one listing is all that it takes.
func Due(ctx context.Context, client Comparing, s Selection, key, digest string) (Pending, error) {
	found, err := Digest(ctx, client, s)
	if err != nil || found.Digest == digest {
		return Pending{Found: found.Digest}, err
	}
	if found.Quantiles != nil {
		s.Quantiles = found.Quantiles
	}
	due, err := Compare(ctx, client, s, key)
	due.Differs, due.Found = true, found.Digest
	return due, err
}

// Compare says how the videos in the bucket differ from the manifest at key. It
// fails with ErrAbsent when there is none.
func Compare(ctx context.Context, client Comparing, s Selection, key string) (Pending, error) {
	return InOrder(s, func(s Selection) (Pending, error) {
		diff, current, err := compare(ctx, client, s, key, Videos(ctx, client, s))
		return Pending{Differs: !diff.Empty(), Diff: diff, Before: current.Summary.Count}, err
	})
}

// compare compares a manifest that exists with a list, which it walks twice if
// the manifest is not sorted.
func compare(ctx context.Context, client getter, s Selection, key string, list iter.Seq2[manifest.Video, error]) (manifest.Diff, Current, error) {
	m, err := Open(ctx, client, s.Bucket, key)
	if err != nil {
		return manifest.Diff{}, Current{}, err
	}
	defer m.Close()
	digester := manifest.NewDigester()
	diff, err := manifest.Compare(digested(m.Videos(), digester), list)
	if errors.Is(err, manifest.ErrUnsorted) {
		return compareSorted(ctx, client, s, key, list)
	}
	return diff, m.current(digester), err
}

// compareSorted is compare for a manifest that somebody else wrote in another
// order.
func compareSorted(ctx context.Context, client getter, s Selection, key string, list iter.Seq2[manifest.Video, error]) (manifest.Diff, Current, error) {
	m, err := Open(ctx, client, s.Bucket, key)
	if err != nil {
		return manifest.Diff{}, Current{}, err
	}
	defer m.Close()
	digester := manifest.NewDigester()
	published, err := sortVideos(s.TempDir, digested(m.Videos(), digester), videosBudget, byKey)
	if err != nil {
		return manifest.Diff{}, Current{}, err
	}
	defer published.close()
	diff, err := manifest.Compare(published.videos(), list)
	return diff, m.current(digester), err
}

// none is an empty list.
func none(func(manifest.Video, error) bool) {}

// digested sums up the videos that go by.
func digested(videos iter.Seq2[manifest.Video, error], d *manifest.Digester) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		for v, err := range videos {
			if err == nil {
				d.Add(v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// ShrinkError says that a manifest would lose more of its videos than it may.
type ShrinkError struct {
	Bucket, Key              string
	Before, Removed, Percent int64
}

// Error implements error.
func (e *ShrinkError) Error() string {
	if e.Before == 1 {
		return fmt.Sprintf("the only video in %s of the bucket %s would leave it, more than the %d %% that are allowed", e.Key, e.Bucket, e.Percent)
	}
	return fmt.Sprintf("%d of the %d videos in %s of the bucket %s would leave it (%.1f %%), more than the %d %% that are allowed",
		e.Removed, e.Before, e.Key, e.Bucket, float64(e.Removed)*100/float64(e.Before), e.Percent)
}

// Check refuses an update that removes more than percent of the videos in the
// manifest at key, with a *ShrinkError.
func (p Pending) Check(bucket, key string, percent int64) error {
	if p.Before > 0 && p.RemovedCount*100 > p.Before*percent {
		return &ShrinkError{Bucket: bucket, Key: key, Before: p.Before, Removed: p.RemovedCount, Percent: percent}
	}
	return nil
}
