package s3wire

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// shelf answers listings with what a function makes of the request.
type shelf func(in *s3.ListObjectsV2Input) *s3.ListObjectsV2Output

func (s shelf) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	return s(in), nil
}

// page is an answer of a server that encodes keys.
func page(more bool, token string, keys ...string) *s3.ListObjectsV2Output {
	out := &s3.ListObjectsV2Output{Name: aws.String("videos"), IsTruncated: &more, EncodingType: types.EncodingTypeUrl}
	if token != "" {
		out.NextContinuationToken = &token
	}
	for _, key := range keys {
		out.Contents = append(out.Contents, types.Object{Key: aws.String(key)})
	}
	return out
}

// keysOf lists with s, and stops at an error.
func keysOf(s shelf, prefix string) (keys []string, err error) {
	for page, err := range Objects(context.Background(), s, s3.ListObjectsV2Input{Bucket: aws.String("videos"), Prefix: &prefix}) {
		if err != nil {
			return keys, err
		}
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	return keys, nil
}

func TestObjectsDecodeKeysOnlyIfTheServerEncodedThem(t *testing.T) {
	for name, tt := range map[string]struct {
		encoding types.EncodingType
		want     []string
	}{
		"encoded": {types.EncodingTypeUrl, []string{"notes\a.txt", "a b+c.mp4"}},
		"plain":   {"", []string{"notes%07.txt", "a+b%2Bc.mp4"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := keysOf(func(in *s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
				if in.EncodingType != types.EncodingTypeUrl {
					t.Errorf("got the encoding type %q, want url", in.EncodingType)
				}
				out := page(false, "", "notes%07.txt", "a+b%2Bc.mp4")
				out.EncodingType = tt.encoding
				return out
			}, "")
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestObjectsThatCannotBeTrusted(t *testing.T) {
	n := 0
	for name, tt := range map[string]struct {
		answer shelf
		prefix string
		want   error
	}{
		"no token":   {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output { return page(true, "", "a") }, "", ErrNoToken},
		"same token": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output { return page(true, "1", "a") }, "", ErrNoProgress},
		"no end of empties": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
			n++
			return page(true, strconv.Itoa(n))
		}, "", ErrNoProgress},
		"no listing": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output { return &s3.ListObjectsV2Output{} }, "", ErrNotListing},
		"key too long": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
			return page(false, "", strings.Repeat("k", 1025))
		}, "", ErrNotListing},
		"empty key":          {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output { return page(false, "", "") }, "", ErrNotListing},
		"malformed encoding": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output { return page(false, "", "a%2") }, "", ErrNotListing},
		"another prefix":     {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output { return page(false, "", "other/a") }, "clips/", ErrNotListing},
		"another bucket": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
			out := page(false, "", "a")
			out.Name = aws.String("audio")
			return out
		}, "", ErrOtherBucket},
		"negative size": {func(*s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
			out := page(false, "", "a")
			out.Contents[0].Size = aws.Int64(-1)
			return out
		}, "", ErrNotListing},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := keysOf(tt.answer, tt.prefix); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestObjectsBehindAnEmptyLastPage has servers that end a listing with an empty page.
func TestObjectsBehindAnEmptyLastPage(t *testing.T) {
	all := []string{"a", "b", "c", "d"}
	for name, tt := range map[string]struct {
		kept int // keys that the bucket still has
		want []string
	}{
		"that lost its place": {4, all},
		"that is right":       {2, all[:2]},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			got, err := keysOf(func(in *s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
				requests++
				switch {
				case in.ContinuationToken != nil:
					return page(false, "")
				case in.StartAfter == nil:
					return page(true, "t"+strconv.Itoa(requests), all[:2]...)
				}
				rest := slices.DeleteFunc(slices.Clone(all[:tt.kept]), func(key string) bool { return key <= *in.StartAfter })
				return page(false, "", rest...)
			}, "")
			if err != nil || !slices.Equal(got, tt.want) || requests != 3 {
				t.Errorf("got %q, %v with %d requests, want %q with 3", got, err, requests, tt.want)
			}
		})
	}
}

type versionShelf []*s3.ListObjectVersionsOutput

func (s *versionShelf) ListObjectVersions(_ context.Context, in *s3.ListObjectVersionsInput, _ ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error) {
	next := (*s)[0]
	*s = (*s)[1:]
	next.Name = in.KeyMarker // so that the test sees it
	if in.KeyMarker == nil || in.EncodingType != types.EncodingTypeUrl {
		next.Name = nil
	}
	return next, nil
}

// TestVersionsDecodeMarkers asks for the second page with the plain marker. The shelf
// repeats it as the name of the bucket.
func TestVersionsDecodeMarkers(t *testing.T) {
	pages := &versionShelf{
		{IsTruncated: aws.Bool(true), EncodingType: types.EncodingTypeUrl, NextKeyMarker: aws.String("a%07+b"), NextVersionIdMarker: aws.String("v")},
		{IsTruncated: aws.Bool(false), EncodingType: types.EncodingTypeUrl},
	}
	var last error
	for _, err := range Versions(t.Context(), pages, s3.ListObjectVersionsInput{Bucket: aws.String("videos")}) {
		last = err
	}
	if want := `"a\a b"`; !errors.Is(last, ErrOtherBucket) || !strings.Contains(last.Error(), want) {
		t.Errorf("got %v, want the marker %s", last, want)
	}
}

type uploadShelf struct {
	out *s3.ListMultipartUploadsOutput
}

func (s uploadShelf) ListMultipartUploads(context.Context, *s3.ListMultipartUploadsInput, ...func(*s3.Options)) (*s3.ListMultipartUploadsOutput, error) {
	return s.out, nil
}

func TestUploads(t *testing.T) {
	for name, tt := range map[string]struct {
		out  s3.ListMultipartUploadsOutput
		want error
	}{
		"whole":          {s3.ListMultipartUploadsOutput{Bucket: aws.String("videos")}, nil},
		"no marker":      {s3.ListMultipartUploadsOutput{IsTruncated: aws.Bool(true)}, ErrNoToken},
		"another bucket": {s3.ListMultipartUploadsOutput{Bucket: aws.String("audio")}, ErrOtherBucket},
	} {
		t.Run(name, func(t *testing.T) {
			tt.out.EncodingType = types.EncodingTypeUrl
			tt.out.Uploads = []types.MultipartUpload{{Key: aws.String("a%07b")}}
			for page, err := range Uploads(t.Context(), uploadShelf{&tt.out}, s3.ListMultipartUploadsInput{Bucket: aws.String("videos")}) {
				if !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				if err == nil && *page.Uploads[0].Key != "a\ab" {
					t.Errorf("got the key %q, want %q", *page.Uploads[0].Key, "a\ab")
				}
			}
		})
	}
}
