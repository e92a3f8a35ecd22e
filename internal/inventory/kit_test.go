package inventory

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// shelf is objects by key, as a client.
type shelf struct {
	objects map[string][]byte
	// cut is how many bytes come before each connection breaks; 0 for all.
	cut int

	mu   sync.Mutex
	gets []string // keys
}

func (s *shelf) PutObject(_ context.Context, in *s3.PutObjectInput, _ ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	text, err := io.ReadAll(in.Body)
	s.objects[*in.Key] = text
	return &s3.PutObjectOutput{}, err
}

func (s *shelf) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	seen := map[string]bool{}
	out := &s3.ListObjectsV2Output{IsTruncated: aws.Bool(false)}
	for key := range s.objects {
		if rest, below := strings.CutPrefix(key, *in.Prefix); below {
			folder, _, _ := strings.Cut(rest, "/")
			seen[*in.Prefix+folder+"/"] = true
		}
	}
	for folder := range seen {
		out.CommonPrefixes = append(out.CommonPrefixes, s3types.CommonPrefix{Prefix: aws.String(folder)})
	}
	return out, nil
}

// errCut is a broken connection.
var errCut = errors.New("connection reset")

func (s *shelf) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	text, there := s.objects[*in.Key]
	if !there {
		return nil, &s3types.NoSuchKey{}
	}
	s.mu.Lock()
	s.gets = append(s.gets, *in.Key)
	s.mu.Unlock()
	if in.Range != nil {
		if aws.ToString(in.IfMatch) != "etag" {
			return nil, errors.New("a range of whatever object is there by now")
		}
		from, _ := strings.CutPrefix(strings.TrimSuffix(*in.Range, "-"), "bytes=")
		text = text[number(from):]
	}
	out := &s3.GetObjectOutput{ContentLength: aws.Int64(int64(len(text))), ETag: aws.String("etag"), Body: io.NopCloser(bytes.NewReader(text))}
	if s.cut > 0 && len(text) > s.cut && strings.Contains(*in.Key, "/data/") {
		out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(text[:s.cut]), failing{}))
	}
	return out, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errCut }

func number(digits string) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

var place = Place{Source: "videos", Bucket: "inventories", Prefix: "lists"}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func rows() []sampleinventory.Row {
	at := time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC)
	var all []sampleinventory.Row
	for _, key := range []string{"a.mp4", "b c+d%.mp4", "é.mp4", "x.txt", "z.mp4"} {
		all = append(all, sampleinventory.Row{Key: key, Size: int64(len(key)), LastModified: at, ETag: "e-" + key, StorageClass: "STANDARD"})
	}
	all = append(all, sampleinventory.Row{Key: "a.mp4", Size: 1, LastModified: at.Add(-time.Hour), StorageClass: "GLACIER", Old: true})
	return append(all, sampleinventory.Row{Key: "gone.mp4", LastModified: at, Deleted: true})
}

// deliver puts an inventory on the shelf.
func (s *shelf) deliver(t *testing.T, o sampleinventory.Options, change ...func(*sampleinventory.Inventory)) *sampleinventory.Inventory {
	t.Helper()
	o.Source, o.Bucket, o.Prefix = "videos", "inventories", "lists"
	if o.Time.IsZero() {
		o.Time = noon
	}
	made, err := sampleinventory.New(o, rows())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range change {
		c(made)
	}
	if err := made.Deliver(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return made
}

func newShelf() *shelf { return &shelf{objects: map[string][]byte{}} }

// read gives the objects of the newest inventory.
func (s *shelf) read(t *testing.T, o Options) ([]Object, error) {
	t.Helper()
	report, err := Newest(t.Context(), s, place)
	if err != nil {
		return nil, err
	}
	if o.Keep == nil {
		o.Keep = func(key string) bool { return strings.HasSuffix(key, ".mp4") }
	}
	o.TempDir = t.TempDir()
	var all []Object
	for object, err := range report.Objects(t.Context(), o) {
		if err != nil {
			return nil, err
		}
		all = append(all, object)
	}
	slices.SortFunc(all, func(a, b Object) int { return strings.Compare(a.Key, b.Key) })
	return all, nil
}

// explains expects an error of a kind that says something.
func explains(t *testing.T, err error, problem string, want Kind) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("got error %v, want one that says %q", err, problem)
		return
	}
	if !strings.Contains(e.Error(), problem) || e.Kind != want {
		t.Errorf("got error %q of kind %d, want one of kind %d that says %q", e, e.Kind, want, problem)
	}
}

func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
