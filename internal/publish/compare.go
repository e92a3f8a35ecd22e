package publish

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// Comparing is what Compare needs of S3.
type Comparing interface {
	getter
	keyscan.Lister
}

// Compare says how the videos in the bucket differ from the manifest at key, and
// what that manifest is. No manifest is an empty one.
func Compare(ctx context.Context, client Comparing, s Selection, key string) (manifest.Diff, Current, error) {
	diff, current, err := compare(ctx, client, s.Bucket, key, Videos(ctx, client, s))
	if errors.Is(err, ErrAbsent) {
		diff, err = manifest.Compare(none, Videos(ctx, client, s))
	}
	return diff, current, err
}

// compare compares a manifest that exists with a list, which it walks twice if
// the manifest is not sorted.
func compare(ctx context.Context, client getter, bucket, key string, list iter.Seq2[manifest.Video, error]) (manifest.Diff, Current, error) {
	m, err := Open(ctx, client, bucket, key)
	if err != nil {
		return manifest.Diff{}, Current{}, err
	}
	defer m.Close()
	digester := manifest.NewDigester()
	diff, err := manifest.Compare(digested(m.Videos(), digester), list)
	if errors.Is(err, manifest.ErrUnsorted) {
		return compareSorted(ctx, client, bucket, key, list)
	}
	return diff, m.current(digester), err
}

// compareSorted is compare for a manifest that somebody else wrote in another
// order. It has to hold that manifest in memory.
func compareSorted(ctx context.Context, client getter, bucket, key string, list iter.Seq2[manifest.Video, error]) (manifest.Diff, Current, error) {
	m, err := Open(ctx, client, bucket, key)
	if err != nil {
		return manifest.Diff{}, Current{}, err
	}
	defer m.Close()
	digester := manifest.NewDigester()
	var published []manifest.Video
	for v, err := range digested(m.Videos(), digester) {
		if err != nil {
			return manifest.Diff{}, Current{}, err
		}
		published = append(published, v)
	}
	slices.SortStableFunc(published, func(a, b manifest.Video) int { return strings.Compare(a.Key, b.Key) })
	published = slices.CompactFunc(published, func(a, b manifest.Video) bool { return a.Key == b.Key })
	sorted := func(yield func(manifest.Video, error) bool) {
		for _, v := range published {
			if !yield(v, nil) {
				return
			}
		}
	}
	diff, err := manifest.Compare(sorted, list)
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
	return fmt.Sprintf("%d of the %d videos in %s of the bucket %s are gone (%d %%), more than the %d %% that max_removed_percent allows",
		e.Removed, e.Before, e.Key, e.Bucket, e.Removed*100/e.Before, e.Percent)
}

// Remedy implements awsdiag.Remedied.
func (e *ShrinkError) Remedy() string {
	return "Nothing was published. If the videos are gone by mistake, bring them back first: with versioning, deleting the delete markers does it. " +
		"If prefix, suffixes or exclude_prefixes are wrong, correct them. If it is right so, raise max_removed_percent for this one apply."
}

// CheckShrink refuses a change that removes more than percent of the videos that
// were there before, with a *ShrinkError.
func CheckShrink(s Selection, key string, before int64, diff manifest.Diff, percent int64) error {
	if before > 0 && diff.RemovedCount*100 > before*percent {
		return &ShrinkError{Bucket: s.Bucket, Key: key, Before: before, Removed: diff.RemovedCount, Percent: percent}
	}
	return nil
}
