package publish

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// begun begins an upload that nobody will end.
func (w world) begun(key string) {
	w.t.Helper()
	if _, err := w.s3.CreateMultipartUpload(w.t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: &key}); err != nil {
		w.t.Fatal(err)
	}
}

// lastBegun is when the latest upload began, as S3 tells it: in whole seconds.
func (w world) lastBegun() (latest time.Time) {
	w.t.Helper()
	out, err := w.s3.ListMultipartUploads(w.t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket)})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, u := range out.Uploads {
		if u.Initiated.After(latest) {
			latest = *u.Initiated
		}
	}
	return latest
}

func TestOrphansAreAborted(t *testing.T) {
	denied := &fakeaws.Fault{Operation: "ListMultipartUploads", Status: http.StatusForbidden, Code: "AccessDenied"}
	for name, tt := range map[string]struct {
		began time.Time // zero for the second in which the last of the others began
		fault *fakeaws.Fault
		left  []string
	}{
		"of earlier runs":            {time.Now().Add(time.Hour), nil, []string{"manifest.json.bak", "other"}},
		"of the same second":         {time.Time{}, nil, []string{"manifest.json.bak", "other"}},
		"not of later runs":          {time.Now().Add(-time.Hour), nil, []string{"manifest.json", "manifest.json", "manifest.json.bak", "other"}},
		"or not, if that is refused": {time.Now().Add(time.Hour), denied, []string{"manifest.json", "manifest.json", "manifest.json.bak", "other"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for _, key := range []string{"manifest.json", "manifest.json", "manifest.json.bak", "other"} {
				w.begun(key)
			}
			if tt.fault != nil {
				tt.fault.Times = 1
				w.Inject(*tt.fault)
			}
			u, text := w.large("")
			if u.began = tt.began; u.began.IsZero() {
				u.began = w.lastBegun()
			}
			if _, _, err := u.sendParts(t.Context(), smallestPart); err != nil {
				t.Fatal(err)
			}
			if w.get("manifest.json") != text {
				t.Error("something else was uploaded")
			}
			if left := w.uploads(); !slices.Equal(left, tt.left) {
				t.Errorf("there are uploads of %q, want %q", left, tt.left)
			}
		})
	}
}

// TestUploadTakenForAnOrphan begins again when another run aborted it.
func TestUploadTakenForAnOrphan(t *testing.T) {
	for _, operation := range []string{"UploadPart", "CompleteMultipartUpload"} {
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			w.Inject(fakeaws.Fault{Operation: operation, Times: 1, Hook: func() {
				other := upload{client: w.s3, bucket: bucket, key: "manifest.json", began: time.Now().Add(time.Hour)}
				other.abortOrphans(t.Context(), nil)
			}})
			u := w.uploadOf("a short text", "") // which is sent before the answer comes
			if _, _, err := u.sendParts(t.Context(), 5); !errors.Is(err, errChanged) {
				t.Errorf("error %v", err)
			}
		})
	}
}
