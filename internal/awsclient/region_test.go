package awsclient

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// noBucket is what S3 answers about a bucket that does not exist.
const noBucket = "<Error><Code>NoSuchBucket</Code></Error>"

// TestBucketThatHEADDoesNotFind has one odd answer to HEAD, and a bucket that exists.
func TestBucketThatHEADDoesNotFind(t *testing.T) {
	clean(t)
	var requests atomic.Int32
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1); r.Method == http.MethodHead {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte("<ListBucketResult/>"))
	})))
	region, err := c.BucketRegion(context.Background(), "videos")
	if err == nil || awserr.NotFound(err) {
		t.Errorf("got region %q, error %v, want an error that does not say that the bucket is gone", region, err)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("got %d requests, want HEAD and one listing", n)
	}
}

func TestBucketRegion(t *testing.T) {
	clean(t)
	tests := map[string]struct {
		status int
		header string
		body   string
		want   string
		wrong  func(error) bool
	}{
		"named":               {status: 200, header: "eu-west-1", want: "eu-west-1"},
		"server of no region": {status: 200, want: ""},
		"redirected":          {status: 301, header: "eu-west-1", want: "eu-west-1"},
		"signed for another":  {status: 400, header: "eu-west-1", want: "eu-west-1"},
		"denied, but named":   {status: 403, header: "eu-west-1", want: "eu-west-1"},
		"denied":              {status: 403, want: ""},
		"elsewhere":           {status: 301, wrong: func(err error) bool { return errors.Is(err, ErrNoRegion) }},
		"absent":              {status: 404, body: noBucket, wrong: awserr.BucketGone},
		"absent, unproven":    {status: 404, wrong: func(err error) bool { return err != nil && !awserr.BucketGone(err) }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				if tt.header != "" {
					w.Header().Set("X-Amz-Bucket-Region", tt.header)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body)) // but not to HEAD
			})))
			for range 2 {
				got, err := c.BucketRegion(context.Background(), "videos")
				if tt.wrong != nil {
					if !tt.wrong(err) {
						t.Fatalf("error %v", err)
					}
					continue
				}
				if err != nil || got != tt.want {
					t.Fatalf("region %q, %v, want %q", got, err, tt.want)
				}
			}
			if n := requests.Load(); tt.wrong == nil && n != 1 {
				t.Errorf("%d requests for one bucket", n)
			}
		})
	}
}

func TestForgottenRegionIsAskedAgain(t *testing.T) {
	clean(t)
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(noBucket))
	})))
	c.RememberRegion("videos", "eu-west-1")
	if region, err := c.BucketRegion(context.Background(), "videos"); err != nil || region != "eu-west-1" {
		t.Fatalf("%q, %v", region, err)
	}
	c.ForgetRegion("videos")
	if _, err := c.BucketRegion(context.Background(), "videos"); !awserr.BucketGone(err) {
		t.Errorf("error %v", err)
	}
}

// TestMissingBucketIsAskedForOnce plans many things that depend on a bucket which does
// not exist yet. Its creation, and the time, end what is known.
func TestMissingBucketIsAskedForOnce(t *testing.T) {
	clean(t)
	var requests atomic.Int32
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(noBucket))
	})))
	now := time.Now()
	c.Now = func() time.Time { return now }
	ask := func() int32 {
		t.Helper()
		before := requests.Load()
		if _, err := c.BucketRegion(t.Context(), "videos"); !awserr.BucketGone(err) {
			t.Fatalf("got %v, want an error that the bucket is gone", err)
		}
		return requests.Load() - before
	}
	const lookup = 2 // HEAD, and the listing that proves it
	for _, step := range []struct {
		name   string
		before func()
		want   int32
	}{
		{"first", func() {}, lookup},
		{"again", func() {}, 0},
		{"later", func() { now = now.Add(absenceLasts) }, lookup},
		{"forgotten", func() { c.ForgetRegion("videos") }, lookup},
		{"told", func() { c.ForgetRegion("videos"); c.RememberGone("videos", goneError(t, c)) }, 0},
	} {
		step.before()
		if n := ask(); n != step.want {
			t.Errorf("%s: got %d requests, want %d", step.name, n, step.want)
		}
	}
	c.RememberRegion("videos", "eu-west-1")
	if region, err := c.BucketRegion(t.Context(), "videos"); region != "eu-west-1" || err != nil {
		t.Errorf("got region %q, error %v after the creation, want eu-west-1", region, err)
	}
}

// goneError is what S3 says of a bucket that does not exist.
func goneError(t *testing.T, c *Clients) error {
	t.Helper()
	_, err := c.S3("").ListObjectsV2(t.Context(), awserr.ListOne("videos"))
	return err
}

// TestDeadlineOfOneCaller has two callers wait for one lookup, of which the first gives
// up.
func TestDeadlineOfOneCaller(t *testing.T) {
	clean(t)
	asked, answer := make(chan struct{}, 1), make(chan struct{})
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-answer
		w.Header().Set("X-Amz-Bucket-Region", "eu-west-1")
	})))
	impatient, giveUp := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := c.BucketRegion(impatient, "videos")
		first <- err
	}()
	<-asked
	giveUp()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("first caller: got %v, want its own cancellation", err)
	}
	close(answer)
	if region, err := c.BucketRegion(t.Context(), "videos"); err != nil || region != "eu-west-1" {
		t.Errorf("second caller: got %q, %v, want eu-west-1", region, err)
	}
}
