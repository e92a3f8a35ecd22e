package keyscan

import (
	"context"
	"errors"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Lister is the one S3 operation that a scan needs. *s3.Client has it.
type Lister interface {
	ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input, optFns ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
}

// Options says what to list and what that may cost.
type Options struct {
	Bucket string
	// Prefix is what every key begins with; "" lists the whole bucket.
	Prefix string
	// ExcludePrefixes leaves out the keys that begin with one of these. A range
	// that is left out is jumped over, not listed, however many keys it holds.
	ExcludePrefixes []string
	// Concurrency is how many requests may be under way at once; 0 means
	// DefaultConcurrency, 1 a sequential listing. The scan uses fewer while the
	// server asks it to slow down.
	Concurrency int
	// MemoryBudget is how many bytes of listed pages may wait in memory for
	// their turn; 0 means DefaultMemoryBudget. Pages beyond it wait in a
	// temporary file.
	MemoryBudget int64
	// TempDir is where that file is made; "" means os.TempDir.
	TempDir string
	// Ordered makes a scan fail with ErrUnordered where it would yield objects in an
	// order of the server's own.
	Ordered bool
	// OmitETags leaves Object.ETag empty, which makes a scan cheaper.
	OmitETags bool
	// Quantiles are what Scanner.Quantiles returned after an earlier scan of the
	// bucket. The scan begins with the ranges between them, in place of looking for
	// ranges. What it yields does not depend on them, and what they cost if the bucket
	// is another one by now is a request each.
	Quantiles []string
	// Wanted says which keys to yield objects of; nil means all. What is not wanted
	// is listed and skipped, which is cheaper than to skip it later. It is called by
	// many goroutines; key is only valid during the call.
	Wanted func(key []byte) bool
}

// Defaults of Options.
const (
	DefaultConcurrency  = 32
	DefaultMemoryBudget = 8 << 20
)

// Object is what a listing says of an object.
type Object = listpage.Object

// Stats counts what a scan did.
type Stats struct {
	Requests  int64 // sent, failed ones included; the SDK's own repeats are not
	Pages     int64 // answers that were listings
	Throttles int64 // answers that asked for fewer requests
	Splits    int64 // ranges cut in two
	Misses    int64 // of these, cuts with no key behind them
	Spilled   int64 // bytes that waited in the temporary file
	// Sequential says that the server cannot be asked for ranges, because it
	// lists out of order or ignores StartAfter.
	Sequential bool
}

// Errors that end a scan because the server's listing cannot be trusted.
var (
	ErrNoToken     = s3wire.ErrNoToken
	ErrNoProgress  = s3wire.ErrNoProgress
	ErrNotListing  = s3wire.ErrNotListing
	ErrOtherBucket = s3wire.ErrOtherBucket
	ErrIncomplete  = s3wire.ErrIncomplete
	// ErrUnordered says that keys came out of byte order after others had been
	// trusted to be in order, or although order was asked for. A scan with
	// Concurrency 1 and without ExcludePrefixes takes them as they come.
	ErrUnordered = errors.New("the server lists keys out of byte order")
)

// Scan lists the objects of a bucket. See Scanner.Objects.
func Scan(ctx context.Context, client Lister, o Options) iter.Seq2[Object, error] {
	return New(client, o).Objects(ctx)
}
