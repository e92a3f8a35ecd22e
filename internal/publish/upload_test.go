package publish

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

const smallestPart = 5 << 20 // that S3 takes

// large is a document of two parts and a bit, and an upload of it.
func (w world) large(replaces string) (*upload, string) {
	w.t.Helper()
	text := strings.Repeat("0123456789abcdef", 2*smallestPart/16) + "the end"
	return w.uploadOf(text, replaces), text
}

func (w world) uploadOf(text, replaces string) *upload {
	w.t.Helper()
	file, err := tempfile.New(w.t.TempDir(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = file.Close() })
	if _, err := file.WriteString(text); err != nil {
		w.t.Fatal(err)
	}
	var head *Head
	if replaces != "" {
		head = &Head{ETag: replaces, Condition: `"` + replaces + `"`}
	}
	return &upload{
		client: w.s3, bucket: bucket, key: "manifest.json", mark: markList, replaces: head, unchanged: func(context.Context) error { return nil },
		document: &spooled{file: file, size: int64(len(text))},
	}
}

// uploads gives the keys of uploads that were begun and not ended.
func (w world) uploads() []string {
	w.t.Helper()
	out, err := w.s3.ListMultipartUploads(context.WithoutCancel(w.t.Context()), &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket)})
	if err != nil {
		w.t.Fatal(err)
	}
	var keys []string
	for _, u := range out.Uploads {
		keys = append(keys, aws.ToString(u.Key))
	}
	return keys
}

func TestMultipartUpload(t *testing.T) {
	w := newWorld(t)
	u, text := w.large("")
	etag, _, err := u.sendParts(t.Context(), smallestPart)
	if err != nil {
		t.Fatal(err)
	}
	if w.get("manifest.json") != text || !strings.HasSuffix(etag, "-3") || u.unconditional {
		t.Errorf("something else was uploaded, with the ETag %s", etag)
	}
	out, err := w.s3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: aws.String("manifest.json")})
	if err != nil || aws.ToString(out.ContentType) != contentType {
		t.Errorf("%v, %v", aws.ToString(out.ContentType), err)
	}
	again, _ := w.large(etag)
	if _, _, err := again.sendParts(t.Context(), smallestPart); err != nil {
		t.Errorf("replacing it: %v", err)
	}
	if left := w.uploads(); len(left) != 0 {
		t.Errorf("%d uploads stay behind", len(left))
	}
}

// TestMultipartUploadThatFails leaves the object as it was, and no parts.
func TestMultipartUploadThatFails(t *testing.T) {
	denied := fakeaws.Fault{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	at := func(operation string, skip int) fakeaws.Fault {
		f := denied
		f.Operation, f.Skip = operation, skip
		return f
	}
	for name, tt := range map[string]struct {
		fault    fakeaws.Fault
		replaces string
		cancels  bool // while the fault strikes
		is       func(error) bool
	}{
		"cancelled early": {fault: fakeaws.Fault{Operation: "CreateMultipartUpload"}, replaces: "x", cancels: true, is: func(err error) bool { return errors.Is(err, context.Canceled) }},
		"no beginning":    {fault: at("CreateMultipartUpload", 0), replaces: "x", is: awserr.Denied},
		// The server refuses before it has read the part, and may drop the connection.
		"first part":     {fault: at("UploadPart", 0), replaces: "x", is: func(err error) bool { return err != nil }},
		"last part":      {fault: at("UploadPart", 2), replaces: "x", is: func(err error) bool { return err != nil }},
		"end":            {fault: at("CompleteMultipartUpload", 0), replaces: "x", is: awserr.Denied},
		"other object":   {replaces: "0123456789abcdef0123456789abcdef", is: awserr.PreconditionFailed},
		"object, not so": {replaces: "", is: awserr.PreconditionFailed},
		"cancelled":      {fault: fakeaws.Fault{Operation: "UploadPart"}, replaces: "x", cancels: true, is: func(err error) bool { return errors.Is(err, context.Canceled) }},
		"cancelled late": {fault: fakeaws.Fault{Operation: "CompleteMultipartUpload", Status: http.StatusServiceUnavailable, Code: "SlowDown"}, replaces: "x", cancels: true,
			is: func(err error) bool { return err != nil }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("manifest.json", "as it was")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tt.cancels {
				tt.fault.Hook = cancel
			}
			if tt.fault.Operation != "" {
				w.Inject(tt.fault)
			}
			u, _ := w.large(tt.replaces)
			_, _, err := u.sendParts(ctx, smallestPart)
			if !tt.is(err) {
				t.Errorf("error %v", err)
			}
			if w.get("manifest.json") != "as it was" {
				t.Error("the object was replaced")
			}
			if left := w.uploads(); len(left) != 0 {
				t.Errorf("%d uploads stay behind", len(left))
			}
		})
	}
}

func TestMultipartUploadThatCannotBeAborted(t *testing.T) {
	w := newWorld(t)
	w.Inject(fakeaws.Fault{Operation: "UploadPart", Status: http.StatusForbidden, Code: "AccessDenied"})
	w.Inject(fakeaws.Fault{Operation: "AbortMultipartUpload", Status: http.StatusForbidden, Code: "AccessDenied"})
	u, _ := w.large("")
	if _, _, err := u.sendParts(t.Context(), smallestPart); err == nil || !strings.Contains(err.Error(), "until a lifecycle rule clears them") {
		t.Errorf("error %v", err)
	}
}

func TestMultipartUploadOnAServerWithoutConditions(t *testing.T) {
	w := newWorld(t)
	w.Inject(fakeaws.Fault{Operation: "CompleteMultipartUpload", Times: 1, Status: http.StatusNotImplemented, Code: "NotImplemented"})
	u, text := w.large("")
	if _, _, err := u.sendParts(t.Context(), smallestPart); err != nil || !u.unconditional {
		t.Errorf("unconditional: %v, %v", u.unconditional, err)
	}
	if w.get("manifest.json") != text {
		t.Error("something else was uploaded")
	}
}

func TestPartsFitIntoAnUpload(t *testing.T) {
	for _, size := range []int64{singlePut + 1, 1 << 30, 100 << 30, 5 << 40} {
		part := partSize(size)
		if count := (size + part - 1) / part; part < smallestPart || part > 5<<30 || count > 10_000 {
			t.Errorf("%d bytes in %d parts of %d", size, count, part)
		}
	}
}

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
