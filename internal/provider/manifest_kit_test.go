package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const theManifest = "fovea_manifest.this"

// library is a bucket of videos that Terraform did not make.
type library struct {
	*acctest.Env
	t      *testing.T
	bucket string
}

func newLibrary(t *testing.T, keys ...string) library {
	t.Helper()
	l := library{acctest.Start(t), t, acctest.Name(t)}
	makeBucket(t, l.Env, l.bucket)
	t.Cleanup(func() { l.clear() })
	l.upload(keys...)
	return l
}

// config configures the manifest with further arguments.
func (l library) config(arguments string) string {
	return l.Config("%s", l.block("this", arguments))
}

// block configures a manifest of the bucket without the provider.
func (l library) block(name, arguments string) string {
	return fmt.Sprintf("resource \"fovea_manifest\" %q {\n  bucket = %q\n%s\n}\n", name, l.bucket, arguments)
}

// run runs the steps.
func (l library) run(steps ...resource.TestStep) {
	l.t.Helper()
	l.Run(l.t, steps...)
}

// upload puts ten digits at each key.
func (l library) upload(keys ...string) {
	l.t.Helper()
	for _, key := range keys {
		l.put(key, "0123456789", "")
	}
}

func (l library) put(key, body string, class s3types.StorageClass) {
	l.t.Helper()
	_, err := l.S3.PutObject(l.t.Context(), &s3.PutObjectInput{Bucket: &l.bucket, Key: &key, Body: strings.NewReader(body), StorageClass: class})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l library) remove(keys ...string) {
	l.t.Helper()
	for _, key := range keys {
		if _, err := l.S3.DeleteObject(context.WithoutCancel(l.t.Context()), &s3.DeleteObjectInput{Bucket: &l.bucket, Key: &key}); err != nil {
			l.t.Fatal(err)
		}
	}
}

// get gives the text of an object, "" when there is none.
func (l library) get(key string) string {
	l.t.Helper()
	out, err := l.S3.GetObject(l.t.Context(), &s3.GetObjectInput{Bucket: &l.bucket, Key: &key})
	if err != nil {
		return ""
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return string(text)
}

// writes counts the objects that were written, 0 on a server without a log.
func (l library) writes() int {
	if l.Fake == nil {
		return 0
	}
	return l.Fake.Requests().Count("PutObject") + l.Fake.Requests().Count("CompleteMultipartUpload")
}

// list gives the keys in the bucket that begin with a prefix.
func (l library) list(prefix string) []string {
	l.t.Helper()
	var keys []string
	pages := s3.NewListObjectsV2Paginator(l.S3, &s3.ListObjectsV2Input{Bucket: &l.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.WithoutCancel(l.t.Context()))
		if err != nil {
			l.t.Fatal(err)
		}
		for _, object := range page.Contents {
			keys = append(keys, *object.Key)
		}
	}
	return keys
}

// empty deletes every version of every object, and every delete marker.
func (l library) empty() {
	l.t.Helper()
	ctx := context.WithoutCancel(l.t.Context())
	pages := s3.NewListObjectVersionsPaginator(l.S3, &s3.ListObjectVersionsInput{Bucket: &l.bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, marker := range page.DeleteMarkers {
			page.Versions = append(page.Versions, s3types.ObjectVersion{Key: marker.Key, VersionId: marker.VersionId})
		}
		for _, v := range page.Versions {
			if _, err := l.S3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &l.bucket, Key: v.Key, VersionId: v.VersionId}); err != nil {
				l.t.Fatal(err)
			}
		}
	}
}

// clear deletes the bucket with what is in it.
func (l library) clear() {
	ctx := context.WithoutCancel(l.t.Context())
	if _, err := l.S3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &l.bucket}); err != nil {
		return // the test deleted it
	}
	l.empty()
	if _, err := l.S3.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &l.bucket}); err != nil {
		l.t.Error(err)
	}
}

// published gives the keys that the manifest lists, as any consumer reads it.
func (l library) published() []string {
	l.t.Helper()
	var document struct {
		Videos []struct{ Key string }
	}
	if err := json.Unmarshal([]byte(l.get("manifest.json")), &document); err != nil {
		l.t.Fatal(err)
	}
	keys := []string{}
	for _, v := range document.Videos {
		keys = append(keys, v.Key)
	}
	return keys
}

// then makes a check of something that is to happen, or to be looked at, at the
// time of a plan.
func then(do func()) plancheck.PlanCheck {
	return planCheck(func() error { do(); return nil })
}

// at expects the values of the manifest's attributes in the state.
func at(attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(theManifest, tfjsonpath.New(name), want))
	}
	return checks
}

func number(n int64) knownvalue.Check { return knownvalue.Int64Exact(n) }

// texts expects a list of strings.
func texts(want ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, s := range want {
		checks = append(checks, knownvalue.StringExact(s))
	}
	return knownvalue.ListExact(checks)
}

// changed expects a value of detected_changes.
func changed(added, removed, changed []string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"added_count": number(int64(len(added))), "added": texts(added...),
		"removed_count": number(int64(len(removed))), "removed": texts(removed...),
		"changed_count": number(int64(len(changed))), "changed": texts(changed...),
	})
}

// publishes expects a plan with an action for the manifest, with detected_changes
// known, unless want is nil, and nothing known that an apply may change.
func publishes(action plancheck.ResourceActionType, want knownvalue.Check) []plancheck.PlanCheck {
	checks := []plancheck.PlanCheck{plancheck.ExpectResourceAction(theManifest, action)}
	if want != nil {
		checks = append(checks, plancheck.ExpectKnownValue(theManifest, tfjsonpath.New("detected_changes"), want))
	} else {
		checks = append(checks, plancheck.ExpectUnknownValue(theManifest, tfjsonpath.New("detected_changes")))
	}
	for _, name := range []string{
		"video_count", "total_bytes", "digest", "generated_at", "etag", "version_id",
		"missing_info_count", "missing_info", "archived_count", "duplicate_names", "other_video_count",
	} {
		checks = append(checks, plancheck.ExpectUnknownValue(theManifest, tfjsonpath.New(name)))
	}
	return checks
}

// before makes checks run between a plan and its apply.
func before(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// stays expects the listed attributes to have the same value in every state that
// it looks at.
type stays map[string]any

func (s stays) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, r := range req.State.Values.RootModule.Resources {
		if r.Address != theManifest {
			continue
		}
		for name, first := range s {
			now := r.AttributeValues[name]
			if first == nil {
				s[name] = now
			} else if now != first {
				resp.Error = fmt.Errorf("%s was %v, and is %v", name, first, now)
			}
		}
	}
}

// manifestWorkspace is a library, and a workspace for its manifests.
type manifestWorkspace struct {
	library
	*workspace
}

func newManifestWorkspace(t *testing.T, keys ...string) manifestWorkspace {
	t.Helper()
	l := newLibrary(t, keys...)
	return manifestWorkspace{l, newWorkspace(t, l.Env, "")}
}

// in returns the workspace for a subtest.
func (w manifestWorkspace) in(t *testing.T) manifestWorkspace {
	return manifestWorkspace{library{w.library.Env, t, w.bucket}, w.on(t)}
}

// settled expects the manifest to be published and the next plan to be empty.
func (w manifestWorkspace) settled() {
	w.library.t.Helper()
	if w.get("manifest.json") == "" {
		w.library.t.Fatal("got no manifest, want it published")
	}
	w.unchanged()
}
