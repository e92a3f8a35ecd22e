package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Remains says what Withdraw left of a manifest that it deleted: old versions, below
// a delete marker. The zero value is nothing.
type Remains struct {
	// Unlisted is why the versions could not be listed; all of them are left.
	Unlisted error
	// Written says that somebody else wrote the key meanwhile, which ended the
	// deletion of its older versions.
	Written bool
	// Foreign counts versions that are not a manifest, as far as the caller may read
	// them. Each may be the only copy of something.
	Foreign int
	// Refused counts versions whose deletion, or reading, the server refused, and
	// Locked those among them that S3 Object Lock protects.
	Refused, Locked int
	// Refusal is the first of these answers.
	Refusal error
}

// Any reports whether something is left.
func (r Remains) Any() bool {
	return r.Unlisted != nil || r.Written || r.Foreign > 0 || r.Refused > 0
}

// versionWorkers is how many versions are looked at and deleted at a time.
const versionWorkers = 16

// deleteVersions deletes the versions that were below the deletion, in pages, and
// then its marker. Versions of a key are listed from the newest one on, so that what
// comes behind the version that was deleted was there before.
//
// The marker stays when anything below it does, which would be current without it.
func (w *withdrawal) deleteVersions(ctx context.Context) (remains Remains, err error) {
	page, err := w.versions(ctx, nil)
	if awserr.Denied(err) || awserr.Unsupported(err) {
		return Remains{Unlisted: err}, nil
	}
	if err != nil {
		return Remains{}, gone(err)
	}
	if len(page.entries) == 0 {
		return Remains{}, nil
	}
	if !w.onTop(page) {
		return Remains{Written: true}, nil
	}
	for first := true; page != nil; first = false {
		// The next page is listed while the version that this one ends with is there.
		var next *versionPage
		if page.next != nil {
			if next, err = w.versions(ctx, page.next); err != nil {
				return remains, gone(err)
			}
		}
		if !first {
			newest, err := w.versions(ctx, nil)
			if err != nil {
				return remains, gone(err)
			}
			if !w.newest(newest) {
				remains.Written = true
				return remains, nil
			}
		}
		if err := w.deletePage(ctx, page, &remains); err != nil {
			return remains, err
		}
		page = next
	}
	if remains.Any() || w.marker == "" {
		return remains, nil
	}
	err = w.deleteVersion(ctx, w.marker, &remains, &sync.Mutex{})
	return remains, err
}

// gone forgives that the bucket is gone, and all versions with it.
func gone(err error) error {
	if awserr.BucketGone(err) {
		return nil
	}
	return err
}

// onTop reports whether the deletion is still the newest thing that happened to the
// key, and is right above the version that it was meant for. A marker whose ID is
// not known, because the answer was lost, is looked up.
func (w *withdrawal) onTop(page *versionPage) bool {
	if w.marker == "" && page.latest != nil && page.latest.marker {
		w.marker = page.latest.id
	}
	if !w.newest(page) {
		return false
	}
	if w.version == w.marker {
		return true // in a bucket with suspended versioning the marker took its place
	}
	first := slices.IndexFunc(page.entries, func(v keyVersion) bool { return !v.marker })
	return first >= 0 && page.entries[first].id == w.version
}

// newest reports whether the marker of the deletion is the newest version of the key.
func (w *withdrawal) newest(page *versionPage) bool {
	return page.latest != nil && page.latest.marker && page.latest.id == w.marker
}

// keyVersion is a version of the manifest's key, or a delete marker.
type keyVersion struct {
	id     string
	marker bool
}

// versionPage has the versions of exactly the manifest's key on one page of a
// listing: versions first, from the newest on, then delete markers.
type versionPage struct {
	entries []keyVersion
	latest  *keyVersion // if it is on the page
	next    *s3.ListObjectVersionsInput
}

// versions lists the page that in asks for, the first one if it is nil.
func (w *withdrawal) versions(ctx context.Context, in *s3.ListObjectVersionsInput) (*versionPage, error) {
	if in == nil {
		in = &s3.ListObjectVersionsInput{Bucket: &w.bucket, Prefix: &w.key}
	}
	for out, err := range s3wire.Versions(ctx, w.client, *in) {
		if err != nil {
			return nil, err
		}
		return w.page(in, out), nil
	}
	return &versionPage{}, nil
}

// page picks the versions of the manifest's key.
func (w *withdrawal) page(in *s3.ListObjectVersionsInput, out *s3.ListObjectVersionsOutput) *versionPage {
	page := &versionPage{}
	beyond := false // the page has longer keys, which are behind all versions of this one
	add := func(key, id *string, latest *bool, marker bool) {
		if aws.ToString(key) != w.key {
			beyond = true
			return
		}
		v := keyVersion{aws.ToString(id), marker}
		page.entries = append(page.entries, v)
		if aws.ToBool(latest) {
			page.latest = &v
		}
	}
	for _, v := range out.Versions {
		add(v.Key, v.VersionId, v.IsLatest, false)
	}
	for _, m := range out.DeleteMarkers {
		add(m.Key, m.VersionId, m.IsLatest, true)
	}
	if aws.ToBool(out.IsTruncated) && !beyond {
		next := *in
		next.KeyMarker, next.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
		page.next = &next
	}
	return page
}

// deletePage deletes all of a page but the marker of this deletion and what is not a
// manifest.
func (w *withdrawal) deletePage(ctx context.Context, page *versionPage, remains *Remains) error {
	var mu sync.Mutex // guards remains
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(versionWorkers)
	for _, v := range page.entries {
		if v.marker && v.id == w.marker {
			continue
		}
		group.Go(func() error {
			if v.marker || v.id == w.version && w.version != w.marker {
				return w.deleteVersion(ctx, v.id, remains, &mu)
			}
			ours, err := w.isManifest(ctx, v.id)
			switch {
			case err != nil:
				return w.left(ctx, fmt.Errorf("reading the version %s: %w", v.id, err), remains, &mu)
			case !ours:
				mu.Lock()
				defer mu.Unlock()
				remains.Foreign++
				return nil
			}
			return w.deleteVersion(ctx, v.id, remains, &mu)
		})
	}
	return group.Wait()
}

// deleteVersion deletes one version or marker for good.
func (w *withdrawal) deleteVersion(ctx context.Context, id string, remains *Remains, mu *sync.Mutex) error {
	_, err := w.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &w.bucket, Key: &w.key, VersionId: &id})
	if err == nil {
		return nil
	}
	return w.left(ctx, fmt.Errorf("deleting the version %s: %w", id, err), remains, mu)
}

// left takes note of a version that stays because of an error. It returns one that
// ends the deletion: nobody waits for it any longer.
func (w *withdrawal) left(ctx context.Context, err error, remains *Remains, mu *sync.Mutex) error {
	switch {
	case errors.Is(absent(err), ErrAbsent):
		return nil // somebody else deleted it
	case ctx.Err() != nil:
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	remains.Refused++
	if awserr.Is(err, "ObjectLocked") || strings.Contains(strings.ToLower(awserr.Message(err)), "object lock") {
		remains.Locked++
	}
	if remains.Refusal == nil {
		remains.Refusal = err
	}
	return nil
}
