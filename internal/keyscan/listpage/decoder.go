package listpage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Decoder turns answers into pages. It takes the place of the SDK's own decoder
// of listings, and of nothing else: what is not a listing goes to that one. It
// serves one request at a time and keeps its memory from one to the next.
type Decoder struct {
	Page      Page
	Decoded   bool // the page was filled from an answer's body
	omitETags bool
	bucket    string // that is asked for

	xml      xmlReader
	shapes   shapes
	entry    Entry
	plainKey bool // the last key stood for itself
	original middleware.DeserializeMiddleware
}

// NewDecoder returns a decoder of listings of a bucket. It packs the objects whose keys are
// wanted; nil means all.
func NewDecoder(bucket string, wanted func(key []byte) bool, omitETags bool) *Decoder {
	return &Decoder{Page: Page{Wanted: wanted}, omitETags: omitETags, bucket: bucket}
}

// Reset forgets the last page and keeps its memory.
func (d *Decoder) Reset() {
	d.Page.reset()
	d.Decoded, d.plainKey = false, false
}

// operationDeserializer is the SDK's name for the decoder of an operation.
const operationDeserializer = "OperationDeserializer"

// SwapIn makes a request use this decoder.
func (d *Decoder) SwapIn(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) (err error) {
		d.original, err = stack.Deserialize.Swap(operationDeserializer, d)
		return err
	})
}

// ID implements [middleware.DeserializeMiddleware].
func (d *Decoder) ID() string { return operationDeserializer }

// HandleDeserialize implements [middleware.DeserializeMiddleware].
func (d *Decoder) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
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
	d.Reset()
	err = d.Decode(response.Body)
	d.Decoded = err == nil
	smithyhttp.CloseResponseBody(ctx, response, false, err)
	out.Result = &s3.ListObjectsV2Output{}
	return out, metadata, err
}

// Decode fills the page from the XML of a listing. It fails with errForeign
// when the answer has anything about it that S3 would not write, with
// s3wire.ErrNotListing or s3wire.ErrOtherBucket when it cannot be used, and with a DeserializationError when it breaks
// off.
func (d *Decoder) Decode(body io.Reader) error {
	err := d.listing(body)
	if err != nil && !errors.Is(err, ErrForeign) && !errors.Is(err, s3wire.ErrNotListing) && !errors.Is(err, s3wire.ErrOtherBucket) {
		err = &smithy.DeserializationError{Err: fmt.Errorf("reading a page of keys: %w", err)}
	}
	return err
}

// ErrForeign says that an answer is written in a way that is left to the SDK.
var ErrForeign = errors.New("the page is not written as S3 writes it")

// BrokenOff reports whether an answer came but could not be read to its end.
func BrokenOff(err error) bool {
	var undecoded *smithy.DeserializationError
	return errors.As(err, &undecoded) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Convert fills the page from an answer that the SDK decoded.
func (p *Page) Convert(out *s3.ListObjectsV2Output, bucket string, omitETags bool) error {
	if out == nil || out.IsTruncated == nil {
		return fmt.Errorf("%w: it does not say whether there is more", s3wire.ErrNotListing)
	}
	if err := s3wire.CheckName(bucket, aws.ToString(out.Name)); err != nil {
		return err
	}
	p.Truncated = *out.IsTruncated
	if p.Truncated {
		p.Token = aws.ToString(out.NextContinuationToken)
	}
	for _, o := range out.Contents {
		key := aws.ToString(o.Key)
		if out.EncodingType == types.EncodingTypeUrl {
			decoded, err := url.QueryUnescape(key)
			if err != nil {
				return fmt.Errorf("%w: key %q: %w", s3wire.ErrNotListing, key, err)
			}
			key = decoded
		}
		if err := s3wire.CheckKey(key); err != nil {
			return err
		}
		if err := s3wire.CheckSize(key, aws.ToInt64(o.Size)); err != nil {
			return err
		}
		e := Entry{Key: []byte(key), class: []byte(o.StorageClass), Size: aws.ToInt64(o.Size)}
		if !omitETags {
			e.etag = []byte(aws.ToString(o.ETag))
		}
		if o.LastModified != nil {
			e.modified = modifiedAt(*o.LastModified)
		}
		p.Add(&e)
	}
	return nil
}

// said is what a listing has said of itself so far.
type said struct {
	whetherTruncated bool
	urlEncoded       bool
	ambiguous        bool // some key depends on urlEncoded
}

// listing reads a whole ListBucketResult.
func (d *Decoder) listing(body io.Reader) error {
	x := &d.xml
	x.reset(body)
	if err := root(x); err != nil {
		return err
	}
	var s said
	for {
		tag, err := x.tag()
		if err != nil {
			return err
		}
		switch string(tag) {
		case "Contents":
			ambiguous, err := d.object()
			if err != nil {
				return err
			}
			s.ambiguous = s.ambiguous || ambiguous
		case "/ListBucketResult":
			// Keys are decoded as they come, but a server may say only behind
			// them whether they are encoded.
			if !s.whetherTruncated || s.ambiguous && !s.urlEncoded {
				return ErrForeign
			}
			if !d.Page.Truncated {
				d.Page.Token = ""
			}
			return nil
		default:
			if err := d.about(&s, string(tag)); err != nil {
				return err
			}
		}
	}
}

// about reads an element that stands beside the objects.
func (d *Decoder) about(s *said, name string) error {
	text, err := d.leaf(name)
	if err != nil {
		return err
	}
	switch strings.TrimSuffix(name, "/") {
	case "IsTruncated":
		s.whetherTruncated = true
		d.Page.Truncated = string(text) == "true"
		if !d.Page.Truncated && string(text) != "false" {
			return ErrForeign
		}
	case "NextContinuationToken":
		d.Page.Token = string(text)
	case "EncodingType":
		s.urlEncoded = string(text) == "url"
		if !s.urlEncoded {
			return ErrForeign
		}
	case "KeyCount", "MaxKeys":
		_, err = number(text)
	case "Name":
		err = s3wire.CheckName(d.bucket, string(text))
	case "Prefix", "StartAfter", "ContinuationToken", "Delimiter":
	default:
		return ErrForeign
	}
	return err
}

// root reads up to the document's first child.
func root(x *xmlReader) error {
	tag, err := x.tag()
	if err != nil {
		return err
	}
	if head := string(tag); strings.HasPrefix(head, "?") {
		switch strings.ToLower(strings.ReplaceAll(head, "'", `"`)) {
		case `?xml version="1.0" encoding="utf-8"?`, `?xml version="1.0"?`:
		default:
			return ErrForeign
		}
		if tag, err = x.tag(); err != nil {
			return err
		}
	}
	name, attribute, has := bytes.Cut(tag, []byte{' '})
	if string(name) != "ListBucketResult" {
		return ErrForeign
	}
	if has && string(attribute) != `xmlns="http://s3.amazonaws.com/doc/2006-03-01/"` {
		return ErrForeign
	}
	return nil
}

// leaf returns the text of the element whose start tag was just read.
func (d *Decoder) leaf(name string) ([]byte, error) {
	if strings.HasSuffix(name, "/") {
		return nil, nil
	}
	inner, err := d.xml.through([]byte("</" + name + ">"))
	if err != nil {
		return nil, err
	}
	return unescape(inner)
}
