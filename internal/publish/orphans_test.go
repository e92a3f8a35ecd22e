package publish

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// begun begins an upload that nobody will end.
func (w world) begun(key string) {
	w.t.Helper()
	if _, err := w.s3.CreateMultipartUpload(w.t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: &key}); err != nil {
		w.t.Fatal(err)
	}
}

func TestOrphansAreAborted(t *testing.T) {
	denied := &fakeaws.Fault{Operation: "ListMultipartUploads", Status: http.StatusForbidden, Code: "AccessDenied"}
	for name, tt := range map[string]struct {
		began time.Time
		fault *fakeaws.Fault
		left  []string
	}{
		"of earlier runs":            {time.Now().Add(time.Hour), nil, []string{"manifest.json.bak", "other"}},
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
			u.began = tt.began
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
