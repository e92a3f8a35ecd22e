package awsclient

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func TestBucketRegion(t *testing.T) {
	clean(t)
	tests := map[string]struct {
		status int
		header string
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
		"absent":              {status: 404, wrong: awserr.NotFound},
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
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })))
	c.RememberRegion("videos", "eu-west-1")
	if region, err := c.BucketRegion(context.Background(), "videos"); err != nil || region != "eu-west-1" {
		t.Fatalf("%q, %v", region, err)
	}
	c.ForgetRegion("videos")
	if _, err := c.BucketRegion(context.Background(), "videos"); !awserr.NotFound(err) {
		t.Errorf("error %v", err)
	}
}
