package publish

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

func TestPublishWritesTheListAndSaysWhatChanged(t *testing.T) {
	w := newWorld(t)
	w.put("b.mp4", "12345")
	w.put("a/x.MP4", "123")
	w.put("notes.txt", "")
	o := order(t)

	first := w.publish(o)
	if first.Summary.Count != 2 || first.Summary.Bytes != 8 || first.ETag == "" || first.Unchanged {
		t.Errorf("%+v", first.Current)
	}
	if got := first.Diff; got.AddedCount != 2 || !slices.Equal(got.Added, []string{"a/x.MP4", "b.mp4"}) {
		t.Errorf("%+v", got)
	}
	if text := w.get("manifest.json"); !strings.HasSuffix(text, `"generatedAt":"2026-01-02T03:04:05Z"}`+"\n") || !strings.HasPrefix(text, `{"videos":[{"key":"a/x.MP4","size":3,`) {
		t.Error(text)
	}

	o.Now = o.Now.Add(time.Hour)
	if again := w.publish(o); !again.Unchanged || again.ETag != first.ETag || !again.GeneratedAt.Equal(first.GeneratedAt) {
		t.Errorf("the same list was published again: %+v", again)
	}

	w.remove("b.mp4")
	w.put("c.mp4", "1")
	if third := w.publish(o); third.Diff.AddedCount != 1 || third.Diff.RemovedCount != 1 || third.Diff.Removed[0] != "b.mp4" {
		t.Errorf("%+v", third.Diff)
	}
	if left, err := os.ReadDir(o.TempDir); err != nil || len(left) != 0 {
		t.Errorf("temporary files stay behind: %v %v", left, err)
	}
}

func TestPublishBeginsAgainWhenSomebodyElseWrites(t *testing.T) {
	for name, exists := range map[string]bool{"over an old manifest": true, "where there was none": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("a.mp4", "1")
			if exists {
				w.publish(order(t))
				w.put("b.mp4", "1")
			}
			// Between our listing and our write a video arrives, and the other
			// writer publishes it.
			w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, Hook: func() {
				w.put("late.mp4", "1")
				w.put("manifest.json", `{"videos":[{"key":"late.mp4","size":1,"lastModified":"2026-01-01T00:00:00Z"}]}`)
			}})
			w.publish(order(t))
			if keys := w.keys(); !slices.Contains(keys, "late.mp4") || !slices.Contains(keys, "a.mp4") {
				t.Errorf("the other writer's update is lost: %q", keys)
			}
		})
	}
}

// TestPublishKnowsItsOwnManifest loses the answer to the write, so that the SDK
// repeats it and finds the object changed.
func TestPublishKnowsItsOwnManifest(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.publish(order(t))
	w.put("b.mp4", "1")
	w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, LoseResponse: true})
	o := order(t)
	o.Now = o.Now.Add(time.Hour)
	patient := s3.New(w.s3.Options(), func(o *s3.Options) { o.RetryMaxAttempts = 3 })
	r, err := Publish(t.Context(), patient, o)
	if err != nil || r.Unchanged || !slices.Equal(r.Diff.Added, []string{"b.mp4"}) || !r.GeneratedAt.Equal(o.Now) || r.Summary.Count != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestPublishBeginsAgainWhenTheManifestGoesAway(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.publish(order(t))
	w.put("b.mp4", "1")
	w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, Hook: func() { w.remove("manifest.json") }})
	w.publish(order(t))
	if keys := w.keys(); len(keys) != 2 {
		t.Errorf("%q", keys)
	}
}

func TestPublishGivesUpOnAnEndlessRace(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Status: 412, Code: "PreconditionFailed"})
	if _, err := Publish(t.Context(), w.s3, order(t)); err == nil || !strings.Contains(err.Error(), "10 times") {
		t.Error(err)
	}
}

func TestPublishLeavesWhatIsNotAManifest(t *testing.T) {
	for name, text := range map[string]string{
		"other JSON":  `{"name":"package"}`,
		"HTML":        `<html></html>`,
		"nothing":     ``,
		"cut short":   `{"videos":[{"key":"a.mp4"`,
		"a long tail": `{"videos":[]} and more`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("manifest.json", text)
			w.put("a.mp4", "1")
			if _, err := Publish(t.Context(), w.s3, order(t)); !errors.Is(err, manifest.ErrNotManifest) {
				t.Errorf("error %v", err)
			}
			if got := w.get("manifest.json"); got != text {
				t.Errorf("it was overwritten with %q", got)
			}
		})
	}
}

func TestPublishRefusesToShrink(t *testing.T) {
	w := newWorld(t)
	for _, key := range []string{"a.mp4", "b.mp4", "c.mp4"} {
		w.put(key, "1")
	}
	w.publish(order(t))
	before := w.get("manifest.json")
	w.remove("a.mp4")
	w.remove("b.mp4")

	_, err := Publish(t.Context(), w.s3, order(t))
	var shrink *ShrinkError
	if !errors.As(err, &shrink) || shrink.Removed != 2 || shrink.Before != 3 {
		t.Fatalf("error %v", err)
	}
	if w.get("manifest.json") != before {
		t.Error("the manifest was changed")
	}
	o := order(t)
	o.MaxRemovedPercent = 67
	w.publish(o)
	if keys := w.keys(); len(keys) != 1 {
		t.Errorf("%q", keys)
	}
}

func TestPublishWritesNothingAfterAListingThatFailed(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.publish(order(t))
	before := w.get("manifest.json")
	w.put("b.mp4", "1")
	w.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Status: 403, Code: "AccessDenied", Message: "Access Denied"})
	if _, err := Publish(t.Context(), w.s3, order(t)); err == nil {
		t.Error("no error")
	}
	if w.get("manifest.json") != before {
		t.Error("the manifest was changed")
	}
}

func TestPublishWithoutConditionsOnAServerWithoutThem(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, Status: 501, Code: "NotImplemented"})
	if r := w.publish(order(t)); !r.Unconditional {
		t.Errorf("%+v", r)
	}
	if keys := w.keys(); len(keys) != 1 {
		t.Errorf("%q", keys)
	}
}

// losing loses the answers to PutObject, and the requests too unless they are to arrive.
type losing struct {
	*s3.Client
	arrive bool
	puts   int
}

func (l *losing) PutObject(ctx context.Context, in *s3.PutObjectInput, options ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	l.puts++
	if l.arrive {
		if _, err := l.Client.PutObject(ctx, in, options...); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("unexpected EOF")
}

func TestPublishLooksForAManifestWhoseAnswerIsLost(t *testing.T) {
	for name, test := range map[string]struct {
		arrive bool
		puts   int
	}{
		"it is there":     {true, 1},
		"it is not there": {false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("a.mp4", "1")
			client := &losing{Client: w.s3, arrive: test.arrive}
			r, err := Publish(t.Context(), client, order(t))
			if (err == nil) != test.arrive {
				t.Fatalf("got %v, want success: %t", err, test.arrive)
			}
			if client.puts != test.puts {
				t.Errorf("PutObject: got %d requests, want %d", client.puts, test.puts)
			}
			if test.arrive && (r.Unchanged || r.ETag == "" || r.Diff.AddedCount != 1) {
				t.Errorf("result: got %+v, want the manifest as published", r)
			}
		})
	}
}

func TestShrinkErrorCountsInWords(t *testing.T) {
	for name, tt := range map[string]struct {
		err  ShrinkError
		want string
	}{
		"one":  {ShrinkError{Bucket: "b", Key: "m", Before: 1, Removed: 1, Percent: 50}, "the only video in m of the bucket b would leave it, more than the 50 % that are allowed"},
		"many": {ShrinkError{Bucket: "b", Key: "m", Before: 4, Removed: 3, Percent: 50}, "3 of the 4 videos in m of the bucket b would leave it (75.0 %), more than the 50 % that are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
