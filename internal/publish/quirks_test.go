package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
)

// quirk changes the answers of a server.
type quirk func(resp *http.Response)

func (q quirk) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		q(resp)
	}
	return resp, err
}

// quirky is the world behind a proxy, or a server of another make.
func (w world) quirky(q quirk) world {
	w.s3 = s3.New(w.s3.Options(), func(o *s3.Options) { o.HTTPClient = &http.Client{Transport: q} })
	return w
}

// rewrite changes the body of a listing.
func rewrite(resp *http.Response, change func(body string) string) {
	if resp.Request.URL.Query().Get("list-type") != "2" {
		return
	}
	body, _ := io.ReadAll(resp.Body)
	body = []byte(change(string(body)))
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Set("Content-Length", strconv.Itoa(len(body)))
}

var contents = regexp.MustCompile(`(?s)<Contents>.*?</Contents>`)

// reversed lists the keys of each page in the opposite order.
func reversed(resp *http.Response) {
	rewrite(resp, func(body string) string {
		all := contents.FindAllString(body, -1)
		n := len(all)
		return contents.ReplaceAllStringFunc(body, func(string) string { n--; return all[n] })
	})
}

// TestServerThatListsInAnotherOrder publishes what one in order does.
func TestServerThatListsInAnotherOrder(t *testing.T) {
	w := newWorld(t)
	for _, key := range []string{"a.mp4", "b/x.mp4", "b/x.info.json", "c.mp4", "x.info.json", "skip/d.mp4", "Z.MP4"} {
		w.put(key, key)
	}
	other := w.quirky(reversed)
	for name, change := range map[string]func(*Order){
		"basic":           func(*Order) {},
		"full":            func(o *Order) { o.Full = true },
		"prefix":          func(o *Order) { o.Prefix = "b/" },
		"prefix, full":    func(o *Order) { o.Prefix, o.Full = "b/", true },
		"excluded prefix": func(o *Order) { o.ExcludePrefixes = []string{"skip/"} },
	} {
		t.Run(name, func(t *testing.T) {
			o := order(t)
			o.MaxRemovedPercent = 100
			change(&o)
			o.Key = "in-order.json"
			want := w.publish(o)
			o.Key = "another-order.json"
			got := other.publish(o)
			if got.Summary != want.Summary || fmt.Sprint(got.Report) != fmt.Sprint(want.Report) {
				t.Errorf("got %+v, %+v, want %+v, %+v", got.Summary, got.Report, want.Summary, want.Report)
			}
			due, err := Due(t.Context(), other.s3, o.Selection, o.Key, want.Summary.Digest)
			if err != nil || due.Differs {
				t.Errorf("got %+v, %v, want no difference", due, err)
			}
			due, err = Compare(t.Context(), other.s3, o.Selection, o.Key)
			if err != nil || due.Differs {
				t.Errorf("got %+v, %v, want no difference", due, err)
			}
		})
	}
}

// TestServerThatLosesItsPlace ends each listing with an empty second page.
func TestServerThatLosesItsPlace(t *testing.T) {
	w := newWorld(t)
	const videos = 1300
	for i := range videos {
		w.put(fmt.Sprintf("%04d.mp4", i), "1")
	}
	o := order(t)
	got := w.quirky(func(resp *http.Response) {
		if resp.Request.URL.Query().Get("continuation-token") == "" {
			return
		}
		rewrite(resp, func(body string) string {
			body = contents.ReplaceAllString(body, "")
			return strings.Replace(body, "<IsTruncated>true", "<IsTruncated>false", 1)
		})
	}).publish(o)
	if got.Summary.Count != videos {
		t.Errorf("got %d videos, want %d", got.Summary.Count, videos)
	}
}

// TestETagsOfOtherServers publishes, adds a video and publishes again.
func TestETagsOfOtherServers(t *testing.T) {
	only := func(methods string, change func(http.Header)) quirk {
		return func(resp *http.Response) {
			if strings.Contains(methods, resp.Request.Method) && resp.Header.Get("ETag") != "" {
				change(resp.Header)
			}
		}
	}
	drop := func(h http.Header) { h.Del("ETag") }
	for name, tt := range map[string]struct {
		quirk         quirk
		unconditional bool
	}{
		"weak":         {only("GET HEAD", func(h http.Header) { h.Set("ETag", "W/"+h.Get("ETag")) }), false},
		"weak, all":    {only("GET HEAD PUT", func(h http.Header) { h.Set("ETag", "W/"+h.Get("ETag")) }), false},
		"unquoted":     {only("GET HEAD PUT", func(h http.Header) { h.Set("ETag", strings.Trim(h.Get("ETag"), `"`)) }), false},
		"of its own":   {only("GET HEAD", func(h http.Header) { h.Set("ETag", `"gzip-`+strings.TrimPrefix(h.Get("ETag"), `"`)) }), true},
		"none":         {only("GET HEAD PUT", drop), true},
		"none in PUT":  {only("PUT", drop), false},
		"none in GET":  {only("GET", drop), false},
		"none in HEAD": {only("HEAD", drop), true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).quirky(tt.quirk)
			w.put("a.mp4", "1")
			o := order(t)
			if first := w.publish(o); first.Summary.Count != 1 || first.Unconditional {
				t.Errorf("got %+v, want one video, with a condition", first)
			}
			w.put("b.mp4", "1")
			o.Now = o.Now.Add(time.Hour)
			second := w.publish(o)
			if second.Unchanged || second.Unconditional != tt.unconditional || len(w.keys()) != 2 {
				t.Errorf("got %+v with the keys %q, want two, without a condition %t", second, w.keys(), tt.unconditional)
			}
			snapshots := Snapshots{Prefix: "manifests/", Keep: 2}
			if err := snapshots.Save(t.Context(), w.s3, bucket, o.Key, second.Current); err != nil {
				t.Errorf("got %v, want a snapshot", err)
			}
		})
	}
}

// TestUnconditionalWritesLookRightBefore has a server without usable ETags, and
// somebody who writes while the bucket is listed.
func TestUnconditionalWritesLookRightBefore(t *testing.T) {
	for name, change := range map[string]func(http.Header){
		"no ETag":         func(h http.Header) { h.Del("ETag") },
		"ETag of its own": func(h http.Header) { h.Set("ETag", `"gzip-`+strings.TrimPrefix(h.Get("ETag"), `"`)) },
	} {
		t.Run(name, func(t *testing.T) {
			plain := newWorld(t)
			w := plain.quirky(func(resp *http.Response) {
				if resp.Request.Method == http.MethodGet || resp.Request.Method == http.MethodHead {
					change(resp.Header)
				}
			})
			w.put("a.mp4", "1")
			w.publish(order(t))
			w.put("b.mp4", "1")
			// After the second listing, in the second attempt of those with an ETag.
			w.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Times: 1, Hook: func() {
				plain.put("c.mp4", "1")
				plain.put("manifest.json", `{"videos":[{"key":"c.mp4","size":1,"lastModified":"2026-01-01T00:00:00Z"}]}`)
			}})
			o := order(t)
			o.Now, o.MaxRemovedPercent = o.Now.Add(time.Hour), 100
			if got := w.publish(o); got.Diff.AddedCount+got.Diff.ChangedCount != 3 || len(w.keys()) != 3 {
				t.Errorf("got the changes %+v and the keys %q, want those to the other writer's manifest", got.Diff, w.keys())
			}
		})
	}
}

// TestConfirmedWriteThatStoredNothing is a proxy that answers 200 to PUT.
func TestConfirmedWriteThatStoredNothing(t *testing.T) {
	for name, exists := range map[string]bool{"nothing was there": false, "an old manifest was there": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("a.mp4", "1")
			if exists {
				w.publish(order(t))
				w.put("b.mp4", "1")
			}
			w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Body: " ", ContentType: "text/plain"})
			o := order(t)
			o.Now = o.Now.Add(time.Hour)
			if got, err := Publish(t.Context(), w.s3, o); !errors.Is(err, ErrNotStored) {
				t.Errorf("got %+v, %v, want %v", got.Current, err, ErrNotStored)
			}
		})
	}
}

// TestListingsThatCannotBeSummed have sizes beyond an int64.
func TestListingsThatCannotBeSummed(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.put(fmt.Sprintf("%02d.mp4", i), "1")
	}
	huge := w.quirky(func(resp *http.Response) {
		rewrite(resp, func(body string) string { return strings.ReplaceAll(body, "<Size>1<", "<Size>900000000000000000<") })
	})
	for name, s := range map[string]Selection{"in order": selection(), "in another order": func() Selection { s := selection(); s.unordered = true; return s }()} {
		t.Run(name, func(t *testing.T) {
			if got, err := Digest(t.Context(), huge.s3, s); !errors.Is(err, ErrListing) || !errors.Is(err, errOverflow) {
				t.Errorf("got %+v, %v, want %v", got, err, errOverflow)
			}
		})
	}
}

// TestKeysThatXMLCannotCarry are no obstacle, whatever is published of them.
func TestKeysThatXMLCannotCarry(t *testing.T) {
	w := newWorld(t)
	w.put("notes\a.txt", "")
	w.put("\x01/a.mp4", "1")
	w.put("a\x0b.mp4", "1")
	for name, change := range map[string]func(*Selection){
		"basic": func(*Selection) {}, "full": func(s *Selection) { s.Full = true }, "prefix": func(s *Selection) { s.Prefix = "a" },
		"excluded prefix": func(s *Selection) { s.ExcludePrefixes = []string{"b"} },
		"unordered":       func(s *Selection) { s.unordered = true },
	} {
		t.Run(name, func(t *testing.T) {
			s := selection()
			change(&s)
			if _, err := Inspect(t.Context(), w.s3, s); err != nil {
				t.Errorf("got %v, want no error", err)
			}
		})
	}
}

func TestListingOfAnotherBucket(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	other := w.quirky(func(resp *http.Response) {
		rewrite(resp, func(body string) string { return strings.Replace(body, "<Name>videos<", "<Name>audio<", 1) })
	})
	_, err := Publish(t.Context(), other.s3, order(t))
	if !errors.Is(err, ErrListing) || !errors.Is(err, keyscan.ErrOtherBucket) {
		t.Errorf("got %v, want %v", err, keyscan.ErrOtherBucket)
	}
	if _, err := ETag(t.Context(), w.s3, bucket, "manifest.json"); !errors.Is(err, ErrAbsent) {
		t.Errorf("got %v, want no manifest", err)
	}
}

// mark reads the mark of an object.
func (w world) mark(key string) string {
	w.t.Helper()
	out, err := w.s3.HeadObject(w.t.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil {
		w.t.Fatalf("%s: %v", key, err)
	}
	if got := aws.ToString(out.ContentType); got != contentType {
		w.t.Errorf("got the content type %s of %s, want %s", got, key, contentType)
	}
	return out.Metadata[markName]
}
