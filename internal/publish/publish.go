package publish

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// Client is what publishing needs of S3. *s3.Client has it.
type Client interface {
	header
	getter
	keyscan.Lister
	uploader
}

// Order says what to publish, and when not to.
type Order struct {
	Selection
	Key               string    // of the manifest
	MaxRemovedPercent int64     // of the videos that the manifest had
	Now               time.Time // when this run began; goes into the document
}

// Result says what was published.
type Result struct {
	Current
	Report
	Diff      manifest.Diff     // to the manifest before
	Inventory *inventory.Report // that it was made of; nil after a listing
	Quantiles []string          // of the listing; see Selection
	// Unchanged says that the manifest held these very videos already, so that
	// nothing was written.
	Unchanged bool
	// Unconditional says that the server has no conditional writes: an update by
	// somebody else at the same moment could have been overwritten.
	Unconditional bool
}

// attempts bounds how often somebody else's update may come in between.
const attempts = 10

// Publish lists the videos and writes the manifest, on the condition that it is
// still what it was before the listing. When it is not, it begins again: whoever
// wrote it may have known of other videos.
//
// It fails with an error that is manifest.ErrNotManifest when the key holds
// something else, with a *ShrinkError when too many videos are gone, and leaves
// the manifest as it was after any error.
func Publish(ctx context.Context, client Client, o Order) (Result, error) {
	var err error
	var tried Result
	for i := range attempts {
		if i > 0 && o.Inventory != nil { // who wrote it may have had a newer one
			if o.Inventory, err = o.Inventory.Newest(ctx); err != nil {
				return Result{}, err
			}
		}
		var result Result
		result, err = o.once(ctx, client, tried)
		if err == nil || !awserr.PreconditionFailed(err) && !errors.Is(err, errChanged) {
			return result, err
		}
		if result.Summary.Digest != "" {
			tried = result
		}
	}
	return Result{}, fmt.Errorf("somebody else wrote the manifest %d times while it was being published: %w", attempts, err)
}

// once lists and writes, if the manifest stays as it is meanwhile. If not, it gives
// what it tried to publish with the error.
//
// A write whose answer was lost, and which the SDK repeated, looks like somebody
// else's. What was tried last tells.
func (o Order) once(ctx context.Context, client Client, tried Result) (Result, error) {
	// The ETag is taken before the listing: a condition on a later one could
	// overwrite a list that is newer than ours.
	etag, err := ETag(ctx, client, o.Bucket, o.Key)
	if err != nil && !errors.Is(err, ErrAbsent) {
		return Result{}, err
	}
	list, err := o.list(ctx, client)
	if err != nil {
		return Result{}, err
	}
	document := list.document
	defer document.remove()

	var result Result
	names := list.findings.named()
	before, err := o.compare(ctx, client, etag, names.watch(document.videos()), &result.Diff)
	if err != nil {
		return Result{}, err
	}
	result.Report, result.Inventory, result.Quantiles = names.report(), o.Inventory, list.quantiles
	if etag != "" && before.Summary.Digest == document.summary.Digest {
		result.Current, result.Unchanged = before, true
		if before.Summary == tried.Summary && before.GeneratedAt.Equal(o.Now) {
			result.Diff, result.Unchanged = tried.Diff, false
		}
		return result, nil
	}
	if err := (Pending{Diff: result.Diff, Before: before.Summary.Count}).Check(o.Bucket, o.Key, o.MaxRemovedPercent); err != nil {
		return Result{}, err
	}
	result.Current = Current{Summary: document.summary, GeneratedAt: o.Now}
	u := upload{client: client, bucket: o.Bucket, key: o.Key, document: document, replaces: etag, began: o.Now}
	result.ETag, result.VersionID, err = u.send(ctx)
	result.Unconditional = u.unconditional
	return result, err
}

// compare sets diff to what the list changes in the manifest that has the ETag, ""
// for none, and returns that manifest. It fails with errChanged when the manifest
// has another ETag by now.
func (o Order) compare(ctx context.Context, client Client, etag string, list iter.Seq2[manifest.Video, error], diff *manifest.Diff) (before Current, err error) {
	if etag == "" {
		*diff, err = manifest.Compare(none, list)
		return Current{}, err
	}
	*diff, before, err = compare(ctx, client, o.Selection, o.Key, list)
	if errors.Is(err, ErrAbsent) || err == nil && before.ETag != etag {
		return Current{}, errChanged
	}
	return before, err
}

// listed is what a listing for a manifest gives.
type listed struct {
	document  *spooled
	findings  *findings
	quantiles []string
}

// list writes the document of the videos, and says what is to be said of them.
func (o Order) list(ctx context.Context, client keyscan.Lister) (l listed, err error) {
	c := newCensus(o.TempDir)
	defer c.close()
	s := o.Selection
	s.CountOthers = &c.others
	if l.document, err = spool(o.TempDir, videos(ctx, client, s, c, &l.quantiles), o.Now); err != nil {
		return listed{}, err
	}
	if l.findings, err = c.findings(); err != nil {
		l.document.remove()
		return listed{}, err
	}
	return l, nil
}

// Inspect lists the videos for their Report alone.
func Inspect(ctx context.Context, client keyscan.Lister, s Selection) (Report, error) {
	list, err := Order{Selection: s}.list(ctx, client)
	if err != nil {
		return Report{}, err
	}
	defer list.document.remove()
	names := list.findings.named()
	for _, err := range names.watch(list.document.videos()) {
		if err != nil {
			return Report{}, err
		}
	}
	return names.report(), nil
}

// errChanged says that the manifest is another one, or gone, since its ETag was
// asked for.
var errChanged = errors.New("the manifest changed while it was being published")
