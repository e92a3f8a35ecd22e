package storagecheck

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// chooseSample picks the object that is read as a sample: the newest video that plays,
// since that shows the present encryption of the bucket. Without videos it is the
// manifest.
func (r *run) chooseSample() {
	if r.listing == nil {
		r.sampled, r.hasSample = object{key: r.ManifestKey}, true
		return
	}
	videos := r.listing.videos()
	if len(videos) > 0 {
		r.sampled, r.hasSample = slices.MaxFunc(videos, func(a, b object) int {
			rank := func(o object) int {
				switch {
				case o.archived():
					return 0
				case o.size == 0:
					return 1
				}
				return 2
			}
			if d := rank(a) - rank(b); d != 0 {
				return d
			}
			return a.modified.Compare(b.modified)
		}), true
		return
	}
	if there, known := r.listing.has(r.ManifestKey); there || !known {
		r.sampled, r.hasSample = object{key: r.ManifestKey}, true
	}
}

func noObject(name Name) Result {
	return Result{Name: name, Status: Skipped, Code: NoObject, Detail: "The bucket has no video to try."}
}

// checkGet reads a byte of the sample, which takes the rights on its KMS key too.
func (r *run) checkGet(ctx context.Context) Result {
	p := r.reader()
	if result, refused := r.refused(Get, p); refused {
		return result
	}
	if !r.hasSample {
		return noObject(Get)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	key := r.sampled.key
	out, err := p.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.Bucket, Key: &key, Range: aws.String("bytes=0-0")})
	if err != nil && !isRangeRefused(err) {
		return r.unread(ctx, Get, p, key, err)
	}
	detail := fmt.Sprintf("%s may read %q.", p.whose(), key)
	if err == nil {
		_ = out.Body.Close() // a byte
		if id := aws.ToString(out.SSEKMSKeyId); id != "" {
			detail = fmt.Sprintf("%s may read %q, and use its KMS key %s.", p.whose(), key, id)
		}
	}
	return Result{Name: Get, Status: Pass, Code: OK, Detail: detail}
}

// kmsKeys are the ARNs of KMS keys in a message.
var kmsKeys = regexp.MustCompile(`arn:[a-z-]+:kms:[a-z0-9-]*:[0-9]*:key/[A-Za-z0-9-]+`)

// unread says why an object could not be read.
func (r *run) unread(ctx context.Context, name Name, p *party, key string, err error) Result {
	result := Result{Name: name, Status: Fail, Facts: Facts{App: p.app, Key: key, Region: r.region}}
	switch {
	case awserr.KMSDenied(err) && !r.skewed():
		result.Code, result.Facts.Action = KMSDenied, "kms:Decrypt"
		result.Facts.KMSKey = kmsKeys.FindString(awserr.Message(err))
		result.Detail = fmt.Sprintf("%s may not use the KMS key of %q. %s", p.whose(), key, said(err))
	case strings.HasPrefix(awserr.Code(err), "KMS."):
		result.Code, result.Facts.KMSKey = KMSKeyUnusable, kmsKeys.FindString(awserr.Message(err))
		result.Detail = fmt.Sprintf("The KMS key of %q cannot be used: it is disabled or deleted. %s", key, said(err))
	case awserr.Is(err, "InvalidObjectState"):
		result.Code = VideoArchived
		result.Detail = fmt.Sprintf("%q is archived, so it does not play until it is restored.", key)
		if r.sampled.archived() {
			result.Detail += " The bucket has no other video to try."
		}
	case awserr.ObjectGone(err) && !awserr.BucketGone(err):
		result.Status, result.Code = Skipped, ObjectMissing
		result.Detail = fmt.Sprintf("%q was listed, and does not exist any longer.", key)
		if r.listing == nil {
			result.Detail = fmt.Sprintf("The bucket cannot be listed, and %q does not exist, so that there is no object to try.", key)
		}
	case awserr.Denied(err) && !r.skewed():
		facts := result.Facts
		result = r.denied(ctx, name, p, err, GetDenied, "s3:GetObject")
		result.Facts.Key, result.Facts.Region = facts.Key, facts.Region
		result.Detail = fmt.Sprintf("%s may not read %q. %s", p.whose(), key, result.Detail)
		if r.listing == nil {
			result.Detail += " Without s3:ListBucket, S3 gives the same answer for an object that does not exist."
		}
	default:
		return r.failed(name, p, err)
	}
	return result
}

// manifestWindow is how much of a manifest is read: more than the entries of the videos
// that one page of a listing has.
const manifestWindow = 1 << 20

// published is what was read of a manifest.
type published struct {
	videos      map[string]manifest.Video
	last        string // the last key that was read
	sorted      bool
	complete    bool // all of it was read
	generatedAt time.Time
}

// checkManifest reads the manifest, or its beginning, and compares it with the listing.
func (r *run) checkManifest(ctx context.Context) Result {
	if result, refused := r.refused(Manifest, r.own); refused {
		return result
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	rng := fmt.Sprintf("bytes=0-%d", manifestWindow-1)
	out, err := r.own.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.Bucket, Key: &r.ManifestKey, Range: &rng})
	if err != nil {
		return r.manifestUnread(err)
	}
	defer out.Body.Close()
	p, err := readManifest(out)
	result := Result{Name: Manifest, Status: Fail, Facts: Facts{Key: r.ManifestKey}}
	switch {
	case errors.Is(err, manifest.ErrNotManifest):
		result.Code = ManifestInvalid
		result.Detail = fmt.Sprintf("%q is %s.", r.ManifestKey, clean(err.Error()))
		return result
	case err != nil:
		return r.failed(Manifest, r.own, err)
	}
	if p.generatedAt.IsZero() {
		p.generatedAt = aws.ToTime(out.LastModified)
	}
	return r.judgeManifest(p)
}

// manifestUnread says why the manifest could not be read. That it may not be read is no
// fault: FOVEA does not read it.
func (r *run) manifestUnread(err error) Result {
	result := Result{Name: Manifest, Status: Fail, Facts: Facts{Key: r.ManifestKey}}
	there, known := r.listing.has(r.ManifestKey)
	switch {
	case isRangeRefused(err):
		result.Code, result.Detail = ManifestInvalid, fmt.Sprintf("%q is empty.", r.ManifestKey)
	case awserr.ObjectGone(err) && !awserr.BucketGone(err), awserr.Denied(err) && known && !there && !r.skewed():
		result.Code, result.Detail = ManifestMissing, fmt.Sprintf("There is no manifest %q in the bucket.", r.ManifestKey)
	case awserr.Is(err, "InvalidObjectState"):
		result.Code, result.Detail = ManifestInvalid, fmt.Sprintf("%q is archived, so that nobody can read it.", r.ManifestKey)
	case awserr.Denied(err) && !r.skewed():
		result.Status, result.Code, result.Facts.Action = Skipped, NotPermitted, "s3:GetObject"
		result.Detail = fmt.Sprintf("needs s3:GetObject on %q", r.ManifestKey)
		if awserr.KMSDenied(err) {
			result.Facts.Action = "kms:Decrypt"
			result.Detail = fmt.Sprintf("needs kms:Decrypt on the KMS key of %q", r.ManifestKey)
		}
	default:
		return r.failed(Manifest, r.own, err)
	}
	return result
}

// cutReader gives a part of an object, and errCut where the rest would come.
type cutReader struct {
	io.Reader
	cut bool
}

var errCut = errors.New("the rest was not read")

// Read implements [io.Reader].
func (c cutReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if errors.Is(err, io.EOF) && c.cut {
		err = errCut
	}
	return n, err
}

// readManifest reads the answer to a request for the first manifestWindow bytes. It reads
// no more of one that has all.
func readManifest(out *s3.GetObjectOutput) (published, error) {
	p := published{videos: map[string]manifest.Video{}, sorted: true}
	cut := sizeOf(out) > manifestWindow
	decoder := manifest.NewDecoder(cutReader{io.LimitReader(out.Body, manifestWindow), cut})
	for v, err := range decoder.Videos() {
		switch {
		case errors.Is(err, errCut):
			return p, nil
		case err != nil:
			return p, err
		}
		p.sorted = p.sorted && (p.last == "" || p.last < v.Key)
		p.last, p.videos[v.Key] = v.Key, v
	}
	p.complete, p.generatedAt = true, decoder.GeneratedAt()
	return p, nil
}

// sizeOf is the size of the object of which an answer has the beginning.
func sizeOf(out *s3.GetObjectOutput) int64 {
	if _, total, ok := strings.Cut(aws.ToString(out.ContentRange), "/"); ok {
		if size, err := strconv.ParseInt(total, 10, 64); err == nil {
			return size
		}
	}
	return aws.ToInt64(out.ContentLength)
}

// futureTolerance is how far clocks may differ.
const futureTolerance = 5 * time.Minute

// judgeManifest compares what both the manifest and the listing cover.
func (r *run) judgeManifest(p published) Result {
	result := Result{Name: Manifest, Status: Pass, Code: OK, Facts: Facts{Key: r.ManifestKey}}
	at := p.generatedAt.UTC().Format(time.RFC3339)
	if r.listing == nil {
		result.Status, result.Code, result.Facts.Action = Skipped, NotPermitted, "s3:ListBucket"
		result.Detail = fmt.Sprintf("%q is a manifest of %s. To compare it with the bucket needs s3:ListBucket", r.ManifestKey, at)
		return result
	}
	d := r.compare(p)
	switch {
	case len(d.certain) > 0:
		result.Status, result.Code = Fail, ManifestStale
		result.Detail = fmt.Sprintf("The manifest %q of %s does not have what the bucket has: %s.", r.ManifestKey, at, some(d.certain))
	case p.generatedAt.After(r.clock.serverNow().Add(futureTolerance)):
		result.Status, result.Code = Warn, ManifestFuture
		result.Detail = fmt.Sprintf("The manifest %q says that it was made at %s, which is in the future: the clock of what has published it is wrong.", r.ManifestKey, at)
	case len(d.likely) > 0:
		result.Status, result.Code = Warn, ManifestPartial
		result.Detail = fmt.Sprintf("The manifest %q of %s may be out of date, or leaves out on purpose: %s.", r.ManifestKey, at, some(d.likely))
	default:
		result.Detail = fmt.Sprintf("The manifest %q of %s lists what the bucket has.", r.ManifestKey, at)
		if !p.complete || !r.listing.complete {
			result.Detail = fmt.Sprintf("The manifest %q of %s lists what %s of the bucket are.", r.ManifestKey, at, r.listing.extent())
		}
	}
	return result
}

// differences are between a bucket and its manifest.
type differences struct {
	certain []string
	likely  []string // a manifest of some prefixes and suffixes would have them too
}

// compare finds the differences. A manifest may be one of some folders and of some kinds
// of videos, which nobody but its publisher knows. A new video beside one that is listed
// should be in it; one in a folder of which nothing is listed may be left out.
func (r *run) compare(p published) differences {
	var d differences
	kinds, folders := map[string]bool{}, map[string]bool{}
	for key := range p.videos {
		kinds[kind(key)], folders[folder(key)] = true, true
	}
	if len(kinds) == 0 {
		kinds["mp4"] = true // what is published unless other kinds are asked for
	}
	for _, o := range r.listing.videos() {
		v, listed := p.videos[o.key]
		newer := o.modified.After(p.generatedAt)
		switch {
		case !listed && !p.complete && (!p.sorted || o.key > p.last), !listed && !kinds[kind(o.key)]:
		case listed && (v.Size != o.size || !v.LastModified.Truncate(time.Second).Equal(o.modified.Truncate(time.Second))):
			d.certain = append(d.certain, fmt.Sprintf("%q was overwritten", o.key))
		case listed:
		case newer && folders[folder(o.key)], newer && len(p.videos) == 0:
			d.certain = append(d.certain, fmt.Sprintf("%q is missing in it", o.key))
		case newer || folders[folder(o.key)]:
			d.likely = append(d.likely, fmt.Sprintf("%q", o.key))
		}
	}
	for key := range p.videos {
		if there, known := r.listing.has(key); known && !there {
			d.certain = append(d.certain, fmt.Sprintf("%q does not exist", key))
		}
	}
	slices.Sort(d.certain)
	return d
}

func kind(key string) string { return strings.ToLower(key[strings.LastIndexByte(key, '.')+1:]) }

func folder(key string) string { return key[:strings.LastIndexByte(key, '/')+1] }

// some names the first few of a list.
func some(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}
