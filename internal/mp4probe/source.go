package mp4probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Getter is what Probe needs of S3.
type Getter interface {
	GetObject(ctx context.Context, in *s3.GetObjectInput, optFns ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// The limits of one Probe. The index of a short video fits in the first window or
// in one other; that of a long one is skipped through.
const (
	maxRequests  = 5
	firstWindow  = 64 << 10
	nextWindow   = 192 << 10
	headerWindow = 4 << 10 // to look at one box
)

// errOutOfReach means that the limits do not allow another read.
var errOutOfReach = errors.New("too many requests")

// archivedError is S3's refusal to read an archived object.
type archivedError struct{ class, tier string }

func (e *archivedError) Error() string { return "the object is archived in " + e.where() }

func (e *archivedError) where() string {
	switch {
	case e.class != "" && e.tier != "":
		return e.class + ", " + e.tier
	case e.class != "":
		return e.class
	}
	return "storage class not known"
}

// source is an object of which parts have been read.
type source struct {
	ctx         context.Context // as long as one Probe, whose every read needs it
	client      Getter
	bucket, key string

	size     int64
	class    string
	etag     string
	requests int
	read     int64 // bytes
	windows  []window
}

type window struct {
	at   int64
	data []byte
}

// open reads the beginning of the first of the keys that exists.
func (s *source) open(keys []string) error {
	var err error
	for _, s.key = range keys {
		if err = s.begin(); !awserr.ObjectGone(err) {
			break
		}
	}
	return err
}

func (s *source) begin() error {
	out, err := s.get(0, firstWindow)
	var archived *s3types.InvalidObjectState
	switch {
	case errors.As(err, &archived):
		return &archivedError{string(archived.StorageClass), string(archived.AccessTier)}
	case awserr.Is(err, "InvalidObjectState"):
		return &archivedError{}
	case awserr.Is(err, "InvalidRange") || awserr.Status(err) == http.StatusRequestedRangeNotSatisfiable:
		return s.beginEmpty() // no range begins in an empty object
	case err != nil:
		return err
	}
	defer out.Body.Close()
	return s.take(out, 0, firstWindow)
}

// beginEmpty reads an object of which no range can be read: it says the storage
// class and the size.
func (s *source) beginEmpty() error {
	out, err := s.get(0, 0)
	if err != nil {
		return err
	}
	defer out.Body.Close()
	return s.take(out, 0, firstWindow)
}

// get sends one request, for a range unless length is 0.
func (s *source) get(at, length int64) (*s3.GetObjectOutput, error) {
	if s.requests == maxRequests {
		return nil, errOutOfReach
	}
	s.requests++
	in := &s3.GetObjectInput{Bucket: &s.bucket, Key: &s.key}
	if length > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-%d", at, at+length-1))
	}
	if s.etag != "" {
		in.IfMatch = &s.etag
	}
	out, err := s.client.GetObject(s.ctx, in)
	if awserr.PreconditionFailed(err) {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	return out, err
}

// take keeps the content of an answer.
func (s *source) take(out *s3.GetObjectOutput, at, length int64) error {
	size, err := sizeOf(out, at)
	if err != nil {
		return err
	}
	etag := s3wire.IfMatch(aws.ToString(out.ETag))
	if len(s.windows) == 0 {
		s.size, s.etag, s.class = size, etag, string(out.StorageClass)
		if s.class == "" {
			s.class = string(s3types.StorageClassStandard)
		}
	} else if size != s.size || etag != s.etag {
		return ErrChanged
	}
	data := make([]byte, min(length, s.size-at))
	n, err := io.ReadFull(out.Body, data)
	s.read += int64(n)
	if err != nil {
		return fmt.Errorf("the answer to a range of %d bytes broke off after %d: %w", len(data), n, err)
	}
	s.windows = append(s.windows, window{at, data})
	return nil
}

// sizeOf gives the size of the object behind an answer that begins at an offset.
// A server that ignores ranges sends the object from its start.
func sizeOf(out *s3.GetObjectOutput, at int64) (int64, error) {
	given := aws.ToString(out.ContentRange)
	if given == "" && at == 0 {
		return max(0, aws.ToInt64(out.ContentLength)), nil
	}
	if given == "" {
		return 0, errors.New("the server ignores the header Range, without which a large file cannot be looked at")
	}
	positions, total, ok := strings.Cut(strings.TrimPrefix(given, "bytes "), "/")
	first, _, ok2 := strings.Cut(positions, "-")
	size, err := strconv.ParseInt(total, 10, 64)
	if start, err2 := strconv.ParseInt(first, 10, 64); !ok || !ok2 || err != nil || err2 != nil || start != at || size <= at {
		return 0, fmt.Errorf("the server answered a range from byte %d on with Content-Range %.60q", at, given)
	}
	return size, nil
}

// cached gives what has been read from an offset on, at most n bytes.
func (s *source) cached(at, n int64) []byte {
	var longest []byte
	for _, w := range s.windows {
		if skip := at - w.at; skip >= 0 && skip < int64(len(w.data)) {
			if data := w.data[skip:]; len(data) > len(longest) {
				longest = data
			}
		}
	}
	return longest[:min(n, int64(len(longest)))]
}

// need gives n bytes, or those up to the end of the file, and reads up to length
// bytes where they are not there yet.
func (s *source) need(at, n, length int64) ([]byte, error) {
	if at < 0 || at >= s.size {
		return nil, nil
	}
	n = min(n, s.size-at)
	if data := s.cached(at, n); int64(len(data)) == n {
		return data, nil
	}
	if n > nextWindow {
		return nil, malformed("a box that should be small has %d bytes", n)
	}
	length = min(max(n, length), s.size-at)
	out, err := s.get(at, length)
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	if err := s.take(out, at, length); err != nil {
		return nil, err
	}
	return s.cached(at, n), nil
}
