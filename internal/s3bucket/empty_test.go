package s3bucket

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestEmptyDeletesEveryVersion(t *testing.T) {
	c := &contents{uploads: []string{"u1", "u2"}}
	c.versions = append(c.versions, entry{key: "a\x01b", version: "1"}, entry{key: "a\x01b", version: "2", marker: true}, entry{key: "line\nbreak <&> \ufffe", version: "1"})
	c.fill(2500)
	c.versions = append(c.versions, entry{key: "video 2499+ü.mp4", version: "w", marker: true})
	s := newStore(t, c)
	var told []int64
	if err := s.Empty(t.Context(), "videos", func(n int64) { told = append(told, n) }); err != nil {
		t.Fatal(err)
	}
	if len(c.versions) != 0 || len(c.uploads) != 0 {
		t.Errorf("left: %d versions, %d uploads", len(c.versions), len(c.uploads))
	}
	if len(c.batches) != 3 || slices.Max(c.batches) > 1000 {
		t.Errorf("batches of %v", c.batches)
	}
	if len(c.singles) != 3 || c.unencodable {
		t.Errorf("one by one: %q", c.singles)
	}
	if !slices.IsSorted(told) || told[len(told)-1] != 2506 {
		t.Errorf("told %v", told)
	}
}

func TestEmptySaysWhatIsLeft(t *testing.T) {
	c := &contents{}
	c.fill(1200)
	c.refuse = func(key string) (string, string) {
		switch {
		case strings.HasPrefix(key, "video 000"):
			return "AccessDenied", "Access Denied"
		case key == "video 0010+ü.mp4":
			return "AccessDenied", "Access Denied because object protected by object lock."
		}
		return "", ""
	}
	err := newStore(t, c).Empty(t.Context(), "videos", nil)
	var failed *EmptyError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	if failed.Failed != 11 || failed.Denied != 10 || failed.Locked != 1 || len(failed.First) != namedKeys {
		t.Errorf("%+v", failed)
	}
	if text := err.Error(); !strings.Contains(text, "video 0000+ü.mp4") || !strings.Contains(text, "and 6 more") {
		t.Error(text)
	}
	if len(c.versions) != 11 || len(c.batches) != 2 {
		t.Errorf("left: %d, after %d batches", len(c.versions), len(c.batches))
	}
	c.refuse = nil
	if err := newStore(t, c).Empty(t.Context(), "videos", nil); err != nil || len(c.versions) != 0 {
		t.Errorf("a second attempt left %d: %v", len(c.versions), err)
	}
}

// TestEmptyInterrupted ends the context while batches are under way, by a user and
// by a timeout.
func TestEmptyInterrupted(t *testing.T) {
	for name, tt := range map[string]struct {
		cause error
		words string
	}{
		"cancelled": {context.Canceled, "It was cancelled."},
		"too slow":  {context.DeadlineExceeded, "It took longer than delete in the timeouts block allows."},
	} {
		t.Run(name, func(t *testing.T) {
			c := &contents{}
			c.fill(12000)
			ctx := &endingContext{Context: t.Context(), done: make(chan struct{}), cause: tt.cause}
			var told int64
			err := newStore(t, c).DeleteWithContents(ctx, "videos", func(n int64) {
				told = n
				if n == 5000 {
					close(ctx.done)
				}
			})
			var interrupted *InterruptedError
			if !errors.As(err, &interrupted) || !errors.Is(err, tt.cause) {
				t.Fatalf("got %v", err)
			}
			if interrupted.Deleted != told || told < 5000 || c.gone {
				t.Errorf("%d deleted, told of %d, gone %t", interrupted.Deleted, told, c.gone)
			}
			if err := newStore(t, c).DeleteWithContents(t.Context(), "videos", nil); err != nil || !c.gone {
				t.Errorf("a second attempt: gone %t, %v", c.gone, err)
			}
		})
	}
}

// endingContext ends when, and why, a test says so.
type endingContext struct {
	context.Context //nolint:containedctx // it is a context itself
	done            chan struct{}
	cause           error
}

func (c *endingContext) Done() <-chan struct{} { return c.done }

func (c *endingContext) Err() error {
	select {
	case <-c.done:
		return c.cause
	default:
		return nil
	}
}

func TestEmptyTriesPassingFailuresAgain(t *testing.T) {
	c := &contents{}
	c.fill(3)
	failures := 2
	c.refuse = func(string) (string, string) {
		if failures > 0 {
			failures--
			return "InternalError", "We encountered an internal error. Please try again."
		}
		return "", ""
	}
	if err := newStore(t, c).Empty(t.Context(), "videos", nil); err != nil || len(c.versions) != 0 {
		t.Errorf("left %d: %v", len(c.versions), err)
	}
	if len(c.batches) != 2 {
		t.Errorf("batches of %v", c.batches)
	}
}

func TestEmptyWithoutVersionsAndUploads(t *testing.T) {
	c := &contents{noVersions: true, noUploads: true}
	c.fill(1500)
	if err := newStore(t, c).Empty(t.Context(), "videos", nil); err != nil || len(c.versions) != 0 {
		t.Errorf("left %d: %v", len(c.versions), err)
	}
}

func TestDeleteLeavesWhatIsNotEmpty(t *testing.T) {
	c := &contents{}
	c.fill(1)
	s := newStore(t, c)
	var full *NotEmptyError
	if err := s.Delete(t.Context(), "videos"); !errors.As(err, &full) || full.Emptied {
		t.Errorf("got %v", err)
	}
	if c.gone || len(c.versions) != 1 {
		t.Error("something was deleted")
	}
}

func TestDeleteForgetsTheBucket(t *testing.T) {
	c := &contents{}
	s := newStore(t, c)
	s.clients.RememberRegion("videos", "eu-west-1")
	s.note(s.made, "videos")
	if err := s.Delete(t.Context(), "videos"); err != nil || !c.gone {
		t.Errorf("gone %t: %v", c.gone, err)
	}
	clients, ok := s.clients.(*fixedClients)
	if !ok {
		t.Fatal("other clients")
	}
	if _, known := clients.remembered.Load("videos"); known || s.recent(s.made, "videos") {
		t.Error("the bucket is remembered")
	}
	if took := elapsed(s, func() {
		if err := s.Delete(t.Context(), "videos"); err != nil {
			t.Errorf("a second time: %v", err)
		}
	}); took != 0 {
		t.Errorf("took %s", took)
	}
}

func TestDeleteWithContents(t *testing.T) {
	for name, test := range map[string]struct {
		refills int
		deleted bool
	}{
		"quiet":           {0, true},
		"filled twice":    {2, true},
		"filled for ever": {1000, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := &contents{}
			c.fill(10)
			c.refill = func(c *contents) {
				if test.refills > 0 {
					test.refills--
					c.fill(1)
				}
			}
			err := newStore(t, c).DeleteWithContents(t.Context(), "videos", nil)
			var full *NotEmptyError
			if c.gone != test.deleted || errors.As(err, &full) == test.deleted {
				t.Errorf("gone %t: %v", c.gone, err)
			}
		})
	}
}

func TestEmptyErrorCountsInWords(t *testing.T) {
	for failed, want := range map[int64]string{
		1: "1 version in the bucket b could not be deleted",
		2: "2 versions in the bucket b could not be deleted",
	} {
		if got := (&EmptyError{Bucket: "b", Failed: failed}).Error(); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want it to begin with %q", got, want)
		}
	}
}
