// Package publish finds the videos of a bucket and publishes the list of them as
// manifest.json, in the form of package manifest.
//
// Nothing is published that is not whole: a listing is spooled to a temporary
// file before the first byte is sent, and the object is replaced on the condition
// that nobody else replaced it meanwhile.
package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
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
	// Replacing is told of the manifest that is about to be replaced; nil for nobody.
	Replacing func(Current)
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
	// Unconditional says that the server has no conditional writes, or none that work:
	// an update by somebody else at the same moment could have been overwritten.
	Unconditional bool
}

// attempts bounds how often somebody else's update may come in between.
const attempts = 10

// Publish lists the videos and writes the manifest, on the condition that it is
// still what it was before the listing. When it is not, it begins again: the
// other writer may have known of other videos.
//
// It fails with an error that is manifest.ErrNotManifest when the key holds
// something else, with a *ShrinkError when too many videos are gone, and leaves
// the manifest as it was after any error.
func Publish(ctx context.Context, client Client, o Order) (Result, error) {
	var err error
	var last attempt
	var unheard bool
	for i := range attempts {
		if i > 0 && o.Inventory != nil { // who wrote it may have had a newer one
			if o.Inventory, err = o.Inventory.Newest(ctx); err != nil {
				return Result{}, err
			}
		}
		var result Result
		result, err = o.once(ctx, client, &last)
		again := awserr.PreconditionFailed(err) || errors.Is(err, errChanged)
		if sent := last.sent.Summary.Digest != ""; !again && !unheard && sent && unanswered(ctx, err) {
			unheard, again = true, true // it may be there: look once
		}
		if err == nil || !again {
			return result, err
		}
	}
	return Result{}, fmt.Errorf("somebody else wrote the manifest %d times while it was being published: %w", attempts, err)
}

// unanswered reports whether a write failed without an answer that says what came of it.
func unanswered(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && awserr.Code(err) == "" && awserr.Status(err) < http.StatusMultipleChoices
}

// attempt is what is known of the last attempt to publish, if its write failed.
type attempt struct {
	sent    Result // what it tried to publish
	refused *Head  // the object that it was to replace, if the server said that it is another one
}

// once lists and writes, if the manifest stays as it is meanwhile. If not, it leaves
// what it tried to publish in last.
//
// A write whose answer was lost, and which the SDK repeated, looks like somebody
// else's. What was tried last tells. And an object that is still the one that was to be
// replaced tells that the server does not compare ETags as it states them.
func (o Order) once(ctx context.Context, client Client, last *attempt) (Result, error) {
	// The ETag is taken before the listing: a condition on a later one could
	// overwrite a list that is newer than ours.
	var replaces *Head
	switch head, err := HeadOf(ctx, client, o.Bucket, o.Key); {
	case err == nil:
		replaces = &head
	case !errors.Is(err, ErrAbsent):
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
	before, err := o.compare(ctx, client, replaces, names.watch(document.videos()), &result.Diff)
	if err != nil {
		return Result{}, err
	}
	result.Report, result.Inventory, result.Quantiles = names.report(), o.Inventory, list.quantiles
	if replaces != nil && before.Summary.Digest == document.summary.Digest {
		result.Current, result.Unchanged = before, true
		if tried := last.sent; before.Summary == tried.Summary && before.GeneratedAt.Equal(o.Now) {
			result.Diff, result.Unchanged = tried.Diff, false
		}
		return result, nil
	}
	if err := (Pending{Diff: result.Diff, Before: before.Summary.Count}).Check(o.Bucket, o.Key, o.MaxRemovedPercent); err != nil {
		return Result{}, err
	}
	if replaces != nil && o.Replacing != nil {
		o.Replacing(before)
	}
	u := upload{
		client: client, bucket: o.Bucket, key: o.Key, mark: markList, document: document, replaces: replaces, began: o.Now,
		unconditional: replaces != nil && last.refused != nil && *last.refused == *replaces,
		unchanged:     func(ctx context.Context) error { return o.unchanged(ctx, client, replaces, before) },
	}
	result.Current = Current{Summary: document.summary, GeneratedAt: o.Now, Size: document.size, Marked: true}
	result.ETag, result.VersionID, err = u.send(ctx)
	result.Unconditional = u.unconditional
	if err != nil {
		*last = attempt{sent: result}
		if awserr.Is(err, "PreconditionFailed") {
			last.refused = replaces
		}
		return result, err
	}
	if result.ETag == "" {
		result.Current, err = o.readBack(ctx, client, result.Current)
	}
	return result, err
}

// unchanged fails with errChanged if the manifest is not the one that was there before
// the listing. replaces is nil for none.
func (o Order) unchanged(ctx context.Context, client Client, replaces *Head, before Current) error {
	head, err := HeadOf(ctx, client, o.Bucket, o.Key)
	switch {
	case errors.Is(err, ErrAbsent):
		if replaces == nil {
			return nil
		}
	case err != nil:
		return err
	case replaces == nil:
	case replaces.ETag != "":
		if head == *replaces {
			return nil
		}
	default: // only the content can tell
		now, err := Read(ctx, client, o.Bucket, o.Key)
		if err != nil && !errors.Is(err, ErrAbsent) {
			return err
		}
		if err == nil && sameDocument(now, before) {
			return nil
		}
	}
	return errChanged
}

func sameDocument(a, b Current) bool {
	return a.Summary == b.Summary && a.GeneratedAt.Equal(b.GeneratedAt)
}

// ErrNotStored says that the server confirmed a write and does not have what was
// written.
var ErrNotStored = errors.New("the server answered that it stored the manifest, without an ETag, and the manifest in the bucket is not the one that was sent")

// readBack looks for what was written, where the answer has no ETag: it may come from a
// proxy that stored nothing.
func (o Order) readBack(ctx context.Context, client Client, sent Current) (Current, error) {
	stored, err := Read(ctx, client, o.Bucket, o.Key)
	switch {
	case errors.Is(err, ErrAbsent), errors.Is(err, manifest.ErrNotManifest), err == nil && !sameDocument(stored, sent):
		return Current{}, fmt.Errorf("%w: %w", ErrNotStored, cmp.Or(err, errChanged))
	case err != nil:
		return Current{}, fmt.Errorf("reading back the manifest, which the server stored without an ETag: %w", err)
	}
	stored.Marked = true // also on a server without metadata
	return stored, nil
}

// compare sets diff to what the list changes in a manifest, nil for none, and returns
// that manifest. It fails with errChanged when it is another one by now.
func (o Order) compare(ctx context.Context, client Client, replaces *Head, list iter.Seq2[manifest.Video, error], diff *manifest.Diff) (before Current, err error) {
	if replaces == nil {
		*diff, err = manifest.Compare(none, list)
		return Current{}, err
	}
	*diff, before, err = compare(ctx, client, o.Selection, o.Key, list)
	another := before.ETag != "" && replaces.ETag != "" && before.ETag != replaces.ETag
	if errors.Is(err, ErrAbsent) || err == nil && another {
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
func (o Order) list(ctx context.Context, client keyscan.Lister) (listed, error) {
	return InOrder(o.Selection, func(s Selection) (l listed, err error) {
		c := newCensus(s.TempDir)
		defer c.close()
		s.CountOthers = &c.others
		if l.document, err = spool(s.TempDir, videos(ctx, client, s, c, &l.quantiles), o.Now); err != nil {
			return listed{}, err
		}
		if l.findings, err = c.findings(); err != nil {
			l.document.remove()
			return listed{}, err
		}
		return l, nil
	})
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
