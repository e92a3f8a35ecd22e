package storagecheck

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// locate finds the region of the bucket, and points the clients there.
func (r *run) locate(ctx context.Context) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	r.own.at(r.Setup.Region)
	out, err := r.own.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &r.Bucket})
	r.located = err
	switch {
	case err == nil:
		r.region = aws.ToString(out.BucketRegion)
	case awserr.OriginOf(err).Region != "":
		r.region = awserr.OriginOf(err).Region // S3 names it even when it refuses
	}
	if result, ok := r.judged(r.own, err); err != nil && ok && blocks(result.Code) {
		r.blocker = &result
		return
	}
	at := r.Setup.Region
	if r.region != "" {
		at = r.region
	}
	if at != r.Setup.Region {
		r.own.at(at)
	}
	if r.app != nil {
		r.app.at(at)
	}
}

// listing is the first page of a listing of the bucket.
type listing struct {
	objects  []object
	keys     map[string]bool
	complete bool // there are no more
	sorted   bool // the keys are in byte order, as those of S3 are
}

type object struct {
	key      string
	size     int64
	modified time.Time
	class    string
	restored bool // it can be read although it is archived
}

func (o object) archived() bool { return s3wire.Archived(o.class) && !o.restored }

// videos are the objects that FOVEA lists.
func (l *listing) videos() []object {
	return slices.DeleteFunc(slices.Clone(l.objects), func(o object) bool { return !publish.AppLists(o.key) })
}

// has reports whether a key is in the bucket. It is not known of a key behind the end of
// an incomplete listing.
func (l *listing) has(key string) (there, known bool) {
	if l == nil {
		return false, false
	}
	there = l.keys[key]
	return there, there || l.complete || l.sorted && len(l.objects) > 0 && key < l.objects[len(l.objects)-1].key
}

// list lists the bucket: with the app's key if there is one, and with the provider's
// credentials if that does not work, or if it is not known whether they do.
func (r *run) list(ctx context.Context) {
	if r.app != nil && !r.app.temporary && r.includes(Credentials, List, Get, Manifest, CORS, PresignedURL, Replication, ArchivedVideos, Costs) {
		r.ask(ctx, r.app)
	}
	if r.blocker != nil || r.listing != nil && r.located == nil {
		return
	}
	if r.located != nil || r.includes(List, Get, Manifest, CORS, PresignedURL, Replication, ArchivedVideos, Costs) {
		r.ask(ctx, r.own)
	}
}

func (r *run) ask(ctx context.Context, p *party) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	in := s3.ListObjectsV2Input{Bucket: &r.Bucket}
	if r.includes(ArchivedVideos) {
		in.OptionalObjectAttributes = []types.OptionalObjectAttributes{types.OptionalObjectAttributesRestoreStatus}
	}
	for page, err := range s3wire.Objects(ctx, p.client, in) {
		if err != nil {
			p.err = err
			if result, ok := r.judged(p, err); ok && blocks(result.Code) {
				r.blocker = &result
			}
			return
		}
		if r.listing == nil {
			r.listing = readPage(page)
		}
		return
	}
}

func readPage(page *s3.ListObjectsV2Output) *listing {
	l := &listing{complete: !aws.ToBool(page.IsTruncated), keys: map[string]bool{}}
	for _, o := range page.Contents {
		l.keys[aws.ToString(o.Key)] = true
		status := o.RestoreStatus
		l.objects = append(l.objects, object{
			key: aws.ToString(o.Key), size: aws.ToInt64(o.Size), modified: aws.ToTime(o.LastModified), class: string(o.StorageClass),
			restored: status != nil && status.RestoreExpiryDate != nil && !aws.ToBool(status.IsRestoreInProgress),
		})
	}
	l.sorted = slices.IsSortedFunc(l.objects, func(a, b object) int { return strings.Compare(a.key, b.key) })
	return l
}

// extent names what a listing has, such as "12 objects" or "the first 1,000 objects".
func (l *listing) extent() string {
	switch n := len(l.objects); {
	case !l.complete:
		return fmt.Sprintf("the first %s objects", thousands(n))
	case n == 1:
		return "1 object"
	default:
		return fmt.Sprintf("%s objects", thousands(n))
	}
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

func (r *run) checkCredentials(context.Context) Result { return r.credentials() }

// credentials is about whether S3 knows the keys, not about what they may do.
func (r *run) credentials() Result {
	if r.AppTemporary {
		return Result{
			Name: Credentials, Status: Fail, Code: KeyTemporary, Facts: Facts{App: true},
			Detail: "The app's access key begins with ASIA, so it is a temporary key, which works only with a session token, and FOVEA drops session tokens.",
		}
	}
	for _, p := range []*party{r.app, r.own} {
		if p != nil && accessTrouble(p.err) {
			return r.failed(Credentials, p, p.err)
		}
	}
	if r.located != nil && r.region == "" && !awserr.Denied(r.located) && r.own.err != nil && !awserr.BucketGone(r.own.err) {
		return r.failed(Credentials, r.own, r.located)
	}
	detail := r.own.whose() + " are accepted."
	if r.app != nil {
		detail = "The provider's credentials and the app's access key are accepted."
	}
	return Result{Name: Credentials, Status: Pass, Code: OK, Detail: detail}
}

// checkRegion compares the region of the bucket with that of the provider, which stands
// for the one that FOVEA is told.
func (r *run) checkRegion(context.Context) Result {
	result := Result{Name: Region, Status: Pass, Code: OK, Facts: Facts{Region: r.region}}
	switch {
	case r.region == "" && awserr.WrongRegion(r.located):
		return r.failed(Region, r.own, r.located)
	case r.region == "":
		result.Status, result.Code = Skipped, Unsupported
		result.Detail = "The server does not say in which region the bucket is."
	case r.region != r.Setup.Region:
		result.Status, result.Code = Warn, RegionOther
		result.Detail = fmt.Sprintf("The bucket is in %s, and the provider is configured for %s. Set S3_REGION=%s for FOVEA: it does not follow the redirects that S3 sends for another region.", r.region, r.Setup.Region, r.region)
	default:
		result.Detail = "The bucket is in " + r.region + "."
	}
	return result
}

// checkList is about the right to list the bucket, without which FOVEA loses data.
func (r *run) checkList(ctx context.Context) Result {
	p := r.reader()
	if result, refused := r.refused(List, p); refused {
		return result
	}
	if p.err == nil {
		return Result{Name: List, Status: Pass, Code: OK, Detail: fmt.Sprintf("%s may list the bucket: %s.", p.whose(), r.listing.extent())}
	}
	if awserr.Denied(p.err) && !r.skewed() {
		result := r.denied(ctx, List, p, p.err, ListDenied, "s3:ListBucket")
		result.Detail = p.whose() + " may not list the bucket. FOVEA treats a bucket that it may not list as empty, and deletes the annotations of its videos. " + result.Detail
		return result
	}
	if errors.Is(p.err, s3wire.ErrNotListing) || errors.Is(p.err, s3wire.ErrNoToken) || errors.Is(p.err, s3wire.ErrOtherBucket) {
		return Result{Name: List, Status: Fail, Code: ForeignAnswer, Detail: "The answer is not a listing of the bucket: " + clean(p.err.Error()) + "."}
	}
	return r.failed(List, p, p.err)
}

// denied is a result for a denial. Without TLS, a policy that requires it denies
// everything, except that the root user may read the policy.
func (r *run) denied(ctx context.Context, name Name, p *party, err error, code Code, action string) Result {
	result := Result{Name: name, Status: Fail, Code: code, Detail: said(err), Facts: Facts{App: p.app, Action: action}}
	if !r.WithoutTLS || !awserr.Denied(r.located) {
		return result
	}
	policy, policyErr := r.policy(ctx)
	switch {
	case policyErr == nil && iampolicy.RequiresTLS(policy, r.Bucket), strings.Contains(awserr.Message(err), "explicit deny in a resource-based policy"):
		result.Code = TLSRequired
		result.Detail += " The endpoint is an http:// one, and the policy of the bucket denies requests without TLS."
	case awserr.Denied(policyErr):
		result.Detail += " The endpoint is an http:// one: a policy of the bucket that denies requests without TLS may be the reason."
	}
	return result
}

// refused reports whether an access key cannot do anything, with the result for a check
// that would need it.
func (r *run) refused(name Name, p *party) (Result, bool) {
	if !p.temporary && !accessTrouble(p.err) {
		return Result{}, false
	}
	result := notReached(name, Credentials)
	if !r.includes(Credentials) {
		result = r.credentials()
		result.Name = name
	}
	return result, true
}

func notReached(name, because Name) Result {
	return Result{Name: name, Status: Skipped, Code: NotReached, Detail: "It was not checked, because of the result of " + string(because) + "."}
}

const (
	// skewLimit is what S3 allows.
	skewLimit = 15 * time.Minute
	// skewWarning is when a clock is wrong for sure.
	skewWarning = 2 * time.Minute
)

func (r *run) skewed() bool { return r.clock.skew().Abs() > skewLimit }

// checkClock compares this machine's clock with the server's.
func (r *run) checkClock() Result {
	result := Result{Name: ClockSkew, Status: Pass, Code: OK}
	ahead := r.clock.skew()
	direction := "ahead of"
	if ahead < 0 {
		direction = "behind"
	}
	text := fmt.Sprintf("This machine's clock is %s %s the server's.", ahead.Abs().Round(time.Second), direction)
	switch {
	case !r.clock.known():
		result.Status, result.Code, result.Detail = Skipped, Unsupported, "The server does not say what time it is."
	case ahead.Abs() > skewLimit:
		result.Status, result.Code = Fail, ClockSkewed
		result.Detail = text + fmt.Sprintf(" S3 refuses what is signed with a clock that is off by more than %s. If FOVEA runs elsewhere, check its machine too.", skewLimit)
	case ahead.Abs() > skewWarning:
		result.Status, result.Code = Warn, ClockOff
		result.Detail = text + " Presigned URLs that this machine signs begin or end too early. If FOVEA runs elsewhere, check its machine too."
	case ahead == 0:
		result.Detail = "This machine's clock agrees with the server's."
	default:
		result.Detail = text
	}
	return result
}

// isRangeRefused reports whether an error says that the object is there, may be read,
// and is empty.
func isRangeRefused(err error) bool {
	return awserr.Is(err, "InvalidRange") || awserr.Status(err) == http.StatusRequestedRangeNotSatisfiable
}
