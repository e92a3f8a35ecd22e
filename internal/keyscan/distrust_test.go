package keyscan

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
)

func TestServersThatLie(t *testing.T) {
	tests := map[string]struct {
		change func(p *answer)
		want   error
	}{
		"no token":       {func(p *answer) { p.token = "" }, ErrNoToken},
		"same token":     {func(p *answer) { p.token = "5000" }, ErrNoProgress},
		"same page":      {func(p *answer) { p.first, p.end = 0, pageSize }, ErrNoProgress},
		"no keys at all": {func(p *answer) { p.end, p.token = p.first, "0"+p.asked.Get("continuation-token") }, ErrNoProgress},
	}
	for name, tt := range tests {
		for _, from := range []int{2000, 20_000} {
			s := &server{keys: counter(50_000), latency: jitter}
			s.change = func(p *answer) {
				if p.truncated && p.first >= from {
					tt.change(p)
				}
			}
			synctest.Test(t, func(t *testing.T) {
				n, err := drain(t.Context(), s, Options{})
				if !errors.Is(err, tt.want) && !(from > pageSize*sequentialPages && errors.Is(err, ErrUnordered)) {
					t.Errorf("%s from %d: %v after %d objects", name, from, err, n)
				}
			})
		}
	}
}

func TestServersThatTakeNoNoticeOfStartAfter(t *testing.T) {
	for _, excluded := range [][]string{nil, {"raw/2022/03/1", "raw/2023"}} {
		// Of the smaller ones, all may be listed before it is noticed.
		for keys, times := range map[int]int{10_001: 4, 10_500: 4, 11_000: 4, 11_001: 2, 30_000: 1} {
			for range times {
				s := &server{keys: dateTree(keys), latency: jitter, ignoreStartAfter: true}
				synctest.Test(t, func(t *testing.T) {
					stats := checkScan(t, s, Options{ExcludePrefixes: excluded})
					if !stats.Sequential {
						t.Errorf("%d keys: not noticed: %+v", keys, stats)
					}
				})
			}
		}
	}
}

// TestEmptyPagesProveNothing meets a server that takes no notice of StartAfter and sends
// a page without a key before all others.
func TestEmptyPagesProveNothing(t *testing.T) {
	s := &server{keys: counter(30_000), latency: jitter, ignoreStartAfter: true}
	s.before = func(_ int64, query url.Values) *http.Response {
		if query.Get("start-after") == "" {
			return nil
		}
		return respond(http.StatusOK, s.write(answer{asked: query, truncated: true, token: "0"}))
	}
	for _, quantiles := range [][]string{nil, {"videos/00010000.mp4", "videos/00020000.mp4"}} {
		synctest.Test(t, func(t *testing.T) {
			if stats := checkScan(t, s, Options{Quantiles: quantiles}); !stats.Sequential {
				t.Errorf("not noticed: %+v", stats)
			}
		})
	}
}

func TestServersThatKeepAnotherOrder(t *testing.T) {
	const keys = 15_500
	s := &server{keys: counter(keys), latency: jitter}
	backwards := func(i int) int { return keys - 1 - i }
	s.change = func(p *answer) { p.order = backwards }
	synctest.Test(t, func(t *testing.T) {
		scanner := New(s.client(), Options{Bucket: "videos", ExcludePrefixes: []string{"videos/000000"}})
		i := 0
		for o, err := range scanner.Objects(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if want := s.keys.key(backwards(i)); o.Key != want {
				t.Fatalf("%q, want %q", o.Key, want)
			}
			i++
		}
		if i != keys-100 || !scanner.Stats().Sequential {
			t.Errorf("%d objects; %+v", i, scanner.Stats())
		}
	})
	// Disorder that shows late, when keys were passed on that relied on order.
	s = &server{keys: counter(60_000), latency: jitter}
	s.change = func(p *answer) {
		if p.first > 40_000 {
			p.order = func(i int) int { return min(i^1, 59_999) }
		}
	}
	synctest.Test(t, func(t *testing.T) {
		if n, err := drain(t.Context(), s, Options{}); !errors.Is(err, ErrUnordered) {
			t.Errorf("%v after %d objects", err, n)
		}
	})
}

func TestServersThatDoNotEncodeKeys(t *testing.T) {
	keys := []string{"100%.mp4", "a b.mp4", "a%2Fb.mp4", "a&b.mp4", "a+b.mp4", "é.mp4"}
	slices.Sort(keys)
	checkScan(t, &server{keys: keysOf(keys), ignoreEncoding: true}, Options{})
}

func TestPagesWithoutKeys(t *testing.T) {
	s := &server{keys: counter(3000)}
	s.before = func(n int64, query url.Values) *http.Response {
		if n%2 == 1 {
			return nil
		}
		at := query.Get("continuation-token")
		return respond(http.StatusOK, s.write(answer{asked: query, truncated: true, token: "0" + at}))
	}
	checkScan(t, s, Options{})
}

// fiveLines is the smallest Lister: it takes no notice of options.
type fiveLines struct{ keys []string }

func (f fiveLines) ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	out := &s3.ListObjectsV2Output{IsTruncated: aws.Bool(false)}
	for _, key := range f.keys {
		out.Contents = append(out.Contents, types.Object{Key: aws.String(key), Size: aws.Int64(1), LastModified: aws.Time(time.Unix(1, 5))})
	}
	return out, nil
}

func TestAnyLister(t *testing.T) {
	var got []string
	for o, err := range Scan(t.Context(), fiveLines{[]string{"a+b", "c"}}, Options{Bucket: "videos"}) {
		if err != nil {
			t.Fatal(err)
		}
		if o.Size != 1 || !o.LastModified.Equal(time.Unix(1, 5)) {
			t.Errorf("%+v", o)
		}
		got = append(got, o.Key)
	}
	if !slices.Equal(got, []string{"a+b", "c"}) {
		t.Errorf("%q", got)
	}
}

// TestTheSwapApplies proves that a real client decodes pages here, and that all
// else of an answer is the SDK's.
func TestTheSwapApplies(t *testing.T) {
	s := &server{keys: counter(3)}
	var d listpage.Decoder
	out, err := s.client().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("videos"), EncodingType: types.EncodingTypeUrl}, d.SwapIn)
	if err != nil || !d.Decoded || d.Page.Count != 3 || len(out.Contents) != 0 {
		t.Errorf("%v, decoded %t, %d objects here, %d by the SDK", err, d.Decoded, d.Page.Count, len(out.Contents))
	}
	s.before = func(int64, url.Values) *http.Response { return failure(http.StatusNotFound, "NoSuchBucket") }
	_, err = s.client().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("videos"), EncodingType: types.EncodingTypeUrl}, d.SwapIn)
	if !errors.As(err, new(*types.NoSuchBucket)) {
		t.Errorf("a failure: %v", err)
	}
	var probe s3.ResponseError
	if !errors.As(err, &probe) || probe.ServiceRequestID() != "EXAMPLE" {
		t.Errorf("the request id is lost: %v", err)
	}
}

// TestEmptyLastPage has servers that end the listing with an empty page, whatever
// follows. StartAfter finds the rest; without it the scan fails.
func TestEmptyLastPage(t *testing.T) {
	for name, tt := range map[string]struct {
		ignoreStartAfter bool
		order            func(int) int
		want             error
	}{
		"after which StartAfter works":     {false, nil, nil},
		"after which StartAfter does not":  {true, nil, ErrIncomplete},
		"of a listing that is not ordered": {false, func(i int) int { return i ^ 1 }, ErrIncomplete},
	} {
		for _, keys := range []int{1300, 2000, 30_000} {
			t.Run(fmt.Sprintf("%s, %d keys", name, keys), func(t *testing.T) {
				s := &server{keys: counter(keys), latency: jitter, ignoreStartAfter: tt.ignoreStartAfter}
				s.change = func(p *answer) {
					p.order = tt.order
					if p.asked.Get("continuation-token") != "" {
						p.end, p.truncated, p.token = p.first, false, ""
					}
				}
				synctest.Test(t, func(t *testing.T) {
					n, err := drain(t.Context(), s, Options{})
					if !errors.Is(err, tt.want) || err == nil && n != keys {
						t.Errorf("got %d keys, %v, want %d, or %v", n, err, keys, tt.want)
					}
				})
			})
		}
	}
}

// TestEmptyLastPageOfAWholeListing costs a request, and is no error.
func TestEmptyLastPageOfAWholeListing(t *testing.T) {
	s := &server{keys: counter(2000)}
	s.change = func(p *answer) {
		if p.end == 2000 && p.end > p.first && p.asked.Get("start-after") == "" {
			p.truncated, p.token = true, "2000"
		}
	}
	n, err := drain(t.Context(), s, Options{})
	if err != nil || n != 2000 {
		t.Errorf("got %d keys, %v, want 2000", n, err)
	}
}

// TestListingsOfSomethingElse are refused at the first page, by this decoder and by the
// SDK's.
func TestListingsOfSomethingElse(t *testing.T) {
	const object = `<Contents><Key>%s</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>%s</Size></Contents>`
	for name, tt := range map[string]struct {
		bucket, key, size string
		want              error
	}{
		"another bucket":  {"audio", "clips/a.mp4", "1", ErrOtherBucket},
		"a long key":      {"videos", "clips/" + strings.Repeat("k", 1019), "1", ErrNotListing},
		"another prefix":  {"videos", "a.mp4", "1", ErrNotListing},
		"a negative size": {"videos", "clips/a.mp4", "-1", ErrNotListing},
	} {
		for _, foreign := range []string{"", "<Foreign/>"} {
			t.Run(name+foreign, func(t *testing.T) {
				body := head + `<Name>` + tt.bucket + `</Name>` + foreign + `<IsTruncated>false</IsTruncated>` + fmt.Sprintf(object, tt.key, tt.size) + tail
				client := clientOver(sameAnswer(body))
				scanner := New(client, Options{Bucket: "videos", Prefix: "clips/"})
				for o, err := range scanner.Objects(t.Context()) {
					if !errors.Is(err, tt.want) {
						t.Errorf("got %q, %v, want %v", o.Key, err, tt.want)
					}
				}
				if n := scanner.Stats().Requests; n > 2 {
					t.Errorf("got %d requests, want no repeats", n)
				}
			})
		}
	}
}

// TestOrdered fails before it yields anything out of order.
func TestOrdered(t *testing.T) {
	s := &server{keys: counter(1500)}
	s.change = func(p *answer) {
		p.order = func(i int) int { return min(i^1, 1499) }
	}
	for o, err := range New(s.client(), Options{Bucket: "videos", Ordered: true}).Objects(t.Context()) {
		if !errors.Is(err, ErrUnordered) {
			t.Fatalf("got %q, %v, want %v", o.Key, err, ErrUnordered)
		}
	}
}
