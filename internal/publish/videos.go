package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// ErrListing says that listing the bucket failed. The server's error, if it sent
// one, is wrapped beside it.
var ErrListing = errors.New("listing the videos")

func listing(err error) error { return fmt.Errorf("%w: %w", ErrListing, err) }

// Videos yields a bucket's videos in the byte order of their keys. A listing that
// fails ends it with an error that is ErrListing, an inventory with one of its own.
// It is used within InOrder: on a server that keeps another order it fails with
// keyscan.ErrUnordered at first.
func Videos(ctx context.Context, client keyscan.Lister, s Selection) iter.Seq2[manifest.Video, error] {
	return videos(ctx, client, s, nil, nil)
}

// videos tells a census, unless it is nil, of everything that it comes across, and in
// the end sets the quantiles, unless nil, to those of a listing.
func videos(ctx context.Context, client keyscan.Lister, s Selection, c *census, quantiles *[]string) iter.Seq2[manifest.Video, error] {
	switch {
	case s.Inventory != nil:
		return inventoried(ctx, s, c)
	case s.unordered:
		return sortedListing(ctx, client, s, c)
	}
	return func(yield func(manifest.Video, error) bool) {
		w := walk{Selection: s, census: c}
		defer w.close()
		w.resetOthers()
		if err := w.begin(ctx, client); err != nil {
			yield(manifest.Video{}, err)
			return
		}
		last := ""
		scanner := w.scanner(client)
		for object, err := range scanner.Objects(ctx) {
			if err == nil && object.Key <= last {
				err = keyscan.ErrUnordered // from a server whose order is no one's
			}
			if err == nil {
				err = w.count(object.Size)
			}
			if err != nil {
				yield(manifest.Video{}, listing(err))
				return
			}
			last = object.Key
			v, wanted, err := w.object(object)
			if err == nil && !wanted {
				continue
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
		if quantiles != nil {
			*quantiles = scanner.Quantiles()
		}
	}
}

// walk is what is known on the way through a listing.
type walk struct {
	Selection
	census *census
	// sidecars are known beforehand in full detail.
	sidecars *sidecars
	// counted says that the census has the sidecars already.
	counted bool
	bytes   int64 // of the objects so far
}

// errOverflow says that sizes add up to more than any bucket holds.
var errOverflow = errors.New("the sizes of the objects add up to more than an int64 holds")

// count adds up the sizes of what is listed, which a manifest states as one number.
func (w *walk) count(size int64) error {
	if size > math.MaxInt64-w.bytes {
		return errOverflow
	}
	w.bytes += size
	return nil
}

// begin lists the root of the bucket alone, if the sidecars there must be known
// beforehand, or if the listing will leave them out. S3 passes over what lies in
// folders.
func (w *walk) begin(ctx context.Context, client keyscan.Lister) error {
	partial := w.Prefix != "" || len(w.ExcludePrefixes) > 0
	if w.Full {
		w.sidecars = newSidecars(w.TempDir)
	}
	w.counted = w.Full || partial
	if !w.Full && (w.census == nil || !partial) {
		return nil
	}
	for page, err := range s3wire.Objects(ctx, client, s3.ListObjectsV2Input{Bucket: &w.Bucket, Delimiter: aws.String("/")}) {
		if err != nil {
			return listing(err)
		}
		for _, object := range page.Contents {
			if err := w.sidecar(*object.Key); err != nil {
				return err
			}
		}
	}
	if w.Full {
		return w.sidecars.seal()
	}
	return nil
}

func (w *walk) resetOthers() {
	if w.CountOthers != nil {
		*w.CountOthers = 0
	}
}

func (w *walk) sidecar(key string) error {
	if !isSidecar(key) {
		return nil
	}
	if w.Full {
		if err := w.sidecars.add(key); err != nil {
			return err
		}
	}
	if w.census != nil {
		return w.census.sidecar(key)
	}
	return nil
}

// object makes a video of an object, if it is one.
func (w *walk) object(o keyscan.Object) (v manifest.Video, wanted bool, err error) {
	if !w.Matches(o.Key) {
		if w.CountOthers != nil && other(o.Key, w.Suffixes) {
			*w.CountOthers++
		}
		if w.census != nil && !w.counted && isSidecar(o.Key) {
			err = w.census.sidecar(o.Key)
		}
		return v, false, err
	}
	v = manifest.Video{Key: o.Key, Size: o.Size, LastModified: o.LastModified}
	if w.Full {
		v.Details = newDetails(s3wire.BareETag(o.ETag), o.StorageClass)
		if err = w.describe(o.Key, v.Details); err != nil {
			return v, false, err
		}
	}
	if w.census != nil {
		if s3wire.Archived(o.StorageClass) {
			w.census.archived++
		}
		err = w.census.video(o.Key)
	}
	return v, true, err
}

func newDetails(etag, class string) *manifest.Details {
	if class == "" {
		class = "STANDARD" // as S3 means it
	}
	return &manifest.Details{ETag: etag, StorageClass: class}
}

// describe adds the sidecar that a video has, if it has one.
func (w *walk) describe(video string, d *manifest.Details) error {
	info := infoKey(video)
	there, err := w.sidecars.has(info)
	if there {
		d.InfoKey = info
	}
	return err
}

func (w *walk) close() {
	if w.sidecars != nil {
		w.sidecars.close()
	}
}

func (w *walk) scanner(client keyscan.Lister) *keyscan.Scanner {
	return keyscan.New(client, keyscan.Options{
		Bucket: w.Bucket, Prefix: w.Prefix, ExcludePrefixes: w.ExcludePrefixes, Concurrency: w.Concurrency, OmitETags: !w.Full,
		TempDir: w.TempDir, Wanted: w.wanted(), Quantiles: w.Quantiles, Ordered: true,
	})
}

// wanted tells videos, and what the census wants to know of besides.
func (w *walk) wanted() func(key []byte) bool {
	video := func(key []byte) bool {
		return endsInOne(key, w.Suffixes) || w.CountOthers != nil && other(key, w.Suffixes)
	}
	if w.census == nil || w.counted {
		return video
	}
	return func(key []byte) bool { return video(key) || bytes.IndexByte(key, '/') < 0 && isSidecar(string(key)) }
}

// Scan is what a listing comes to.
type Scan struct {
	manifest.Summary
	// Quantiles make the next listing of the bucket faster; see Selection. There are
	// none of an inventory, or of a small bucket.
	Quantiles []string
}

// Digest lists the videos and sums them up, without keeping them.
func Digest(ctx context.Context, client keyscan.Lister, s Selection) (Scan, error) {
	return InOrder(s, func(s Selection) (Scan, error) {
		var scan Scan
		digester := manifest.NewDigester()
		for v, err := range videos(ctx, client, s, nil, &scan.Quantiles) {
			if err != nil {
				return Scan{}, err
			}
			digester.Add(v)
		}
		scan.Summary = digester.Sum()
		return scan, nil
	})
}

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

// AppLists reports whether FOVEA lists a key as that of a video.
func AppLists(key string) bool { return endsInOne(key, AppSuffixes) }

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
