package keyscan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// decoder turns answers into pages. It takes the place of the SDK's own decoder
// of listings, and of nothing else: what is not a listing goes to that one. It
// serves one request at a time and keeps its memory from one to the next.
type decoder struct {
	page      page
	decoded   bool // the page was filled from an answer's body
	omitETags bool
	bucket    string // that is asked for

	xml      xmlReader
	shapes   shapes
	entry    entry
	plainKey bool // the last key stood for itself
	original middleware.DeserializeMiddleware
}

func newDecoder(o *Options) *decoder {
	return &decoder{page: page{wanted: o.Wanted}, omitETags: o.OmitETags, bucket: o.Bucket}
}

func (d *decoder) reset() {
	d.page.reset()
	d.decoded, d.plainKey = false, false
}

// operationDeserializer is the SDK's name for the decoder of an operation.
const operationDeserializer = "OperationDeserializer"

// swapIn makes a request use this decoder.
func (d *decoder) swapIn(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) (err error) {
		d.original, err = stack.Deserialize.Swap(operationDeserializer, d)
		return err
	})
}

func (d *decoder) ID() string { return operationDeserializer }

func (d *decoder) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode != http.StatusOK {
		answered := middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
			return out, metadata, err
		})
		return d.original.HandleDeserialize(ctx, in, answered)
	}
	d.reset()
	err = d.decode(response.Body)
	d.decoded = err == nil
	smithyhttp.CloseResponseBody(ctx, response, false, err)
	out.Result = &s3.ListObjectsV2Output{}
	return out, metadata, err
}

// decode fills the page from the XML of a listing. It fails with errForeign
// when the answer has anything about it that S3 would not write, with ErrNotListing or
// ErrOtherBucket when it cannot be used, and with a DeserializationError when it breaks
// off.
func (d *decoder) decode(body io.Reader) error {
	err := d.listing(body)
	if err != nil && !errors.Is(err, errForeign) && !errors.Is(err, ErrNotListing) && !errors.Is(err, ErrOtherBucket) {
		err = &smithy.DeserializationError{Err: fmt.Errorf("reading a page of keys: %w", err)}
	}
	return err
}

// errForeign says that an answer is written in a way that is left to the SDK.
var errForeign = errors.New("the page is not written as S3 writes it")

// brokenOff reports whether an answer came but could not be read to its end.
func brokenOff(err error) bool {
	var undecoded *smithy.DeserializationError
	return errors.As(err, &undecoded) || errors.Is(err, io.ErrUnexpectedEOF)
}
