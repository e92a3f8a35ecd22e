package examples

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

// failedChecks are the names of the check blocks that do not pass in a plan, as
// terraform show -json prints it.
func failedChecks(t *testing.T, shown string) []string {
	t.Helper()
	var plan struct {
		Checks []struct {
			Address struct {
				ToDisplay string `json:"to_display"`
			}
			Status string
		}
	}
	if err := json.Unmarshal([]byte(shown), &plan); err != nil {
		t.Fatal(err)
	}
	if len(plan.Checks) == 0 {
		t.Error("the plan has no checks")
	}
	var failed []string
	for _, check := range plan.Checks {
		if check.Status != "pass" {
			failed = append(failed, strings.TrimPrefix(check.Address.ToDisplay, "check."))
		}
	}
	slices.Sort(failed)
	return failed
}

// testRestore compares buckets in several states, with credentials that only read.
func testRestore(t *testing.T) {
	e := fake(t, "its block has no settings of a server")
	clip := samplevideo.Library()[0].Video
	const webM = "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
	for _, bucket := range []string{recoveredBucket, recoveryBackup} {
		if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.S3.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: &bucket, CORSConfiguration: &s3types.CORSConfiguration{
			CORSRules: []s3types.CORSRule{{
				AllowedMethods: []string{"GET", "HEAD"}, AllowedOrigins: []string{"https://fovea.example.com"},
				AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"Content-Range"},
			}},
		}}); err != nil {
			t.Fatal(err)
		}
	}
	put := func(bucket, key, content string) {
		t.Helper()
		putVideo(t, e, bucket, key, []byte(content), "")
	}
	f := copyExample(t, "restore", toServer(e), map[string]any{"replication_time": "0s", "origin": "https://fovea.example.com"})
	f.run(t, "init")
	f.run(t, "validate")
	var printed string
	plan := func(args ...string) (outputs map[string][]string, failed []string) {
		t.Helper()
		printed = f.run(t, append([]string{"plan", "-out=restore.plan"}, args...)...)
		shown := f.run(t, "show", "-json", "restore.plan")
		var values struct {
			PlannedValues struct {
				Outputs map[string]struct{ Value json.RawMessage }
			} `json:"planned_values"`
		}
		if err := json.Unmarshal([]byte(shown), &values); err != nil {
			t.Fatal(err)
		}
		outputs = map[string][]string{}
		for name, output := range values.PlannedValues.Outputs {
			var keys []string
			if json.Unmarshal(output.Value, &keys) == nil && len(keys) > 0 {
				outputs[name] = keys
			}
		}
		return outputs, failedChecks(t, shown)
	}
	expect := func(name string, outputs map[string][]string, failed []string, wantOutputs map[string][]string, wantFailed ...string) {
		t.Helper()
		if !maps.EqualFunc(outputs, wantOutputs, slices.Equal) {
			t.Errorf("%s: got the outputs %v, want %v", name, outputs, wantOutputs)
		}
		if !slices.Equal(failed, wantFailed) {
			t.Errorf("%s: got the failed checks %q, want %q", name, failed, wantFailed)
		}
	}

	outputs, failed := plan()
	expect("empty buckets", outputs, failed, nil, "a_copy_plays", "backup_is_complete", "backup_is_usable", "newest_snapshot_is_readable")

	for _, bucket := range []string{recoveredBucket, recoveryBackup} {
		put(bucket, "clips/a.mp4", string(clip))
		put(bucket, "A.webm", webM)                                                // the first one, and not the sample
		put(bucket, "manifests/west.json/2026-03-02T03-04-05Z.json", `{"videos":`) // of another manifest
		put(bucket, "clips/é ü+.MOV", "video")
		put(bucket, "manifests/2026-01-02T03-04-05Z.json", `{"videos":[{"key":"clips/a.mp4","size":1,"lastModified":"2026-01-02T03:04:05Z"}],"generatedAt":"2026-01-02T03:05:00Z"}`)
	}
	outputs, failed = plan()
	expect("a complete backup", outputs, failed, nil)

	put(recoveredBucket, "clips/new.mp4", "new")
	put(recoveredBucket, "clips/é ü+.MOV", "replaced")
	put(recoveryBackup, "clips/deleted.webm", "deleted")
	put(recoveryBackup, "clips/rejected.mp4", "rejected")
	put(recoveryBackup, "manifests/2026-02-02T03-04-05Z.json", `{"videos":`)
	put(recoveryBackup, "clips/a.mp4", "not a video")
	outputs, failed = plan(`-var=deleted_on_purpose=["clips/rejected.mp4"]`)
	expect("an accident", outputs, failed, map[string][]string{
		"missing_in_backup": {"clips/new.mp4"}, "only_in_backup": {"clips/deleted.webm"}, "size_differs": {"clips/a.mp4", "clips/é ü+.MOV"},
	}, "a_copy_plays", "backup_is_complete", "newest_snapshot_is_readable", "nothing_was_deleted")

	outputs, failed = plan("-var=replication_time=1h", "-var=sample_video=A.webm", "-var=origin=https://other.example.com")
	expect("what S3 may still copy", outputs, failed, map[string][]string{"only_in_backup": {"clips/deleted.webm", "clips/rejected.mp4"}},
		"a_copy_plays", "backup_is_usable", "newest_snapshot_is_readable", "nothing_was_deleted")
	if !strings.Contains(printed, "Browsers play WebM with") || !strings.Contains(printed, "cors:") {
		t.Errorf("got the plan\n%s\nwant the reasons of a_copy_plays and backup_is_usable", printed)
	}

	outputs, failed = plan("-var=bucket=fovea-gone", "-var=region=us-west-2", "-var=compare=false", "-var=snapshots_prefix=manifests/west.json/")
	expect("a bucket that is gone", outputs, failed, nil, "a_copy_plays", "backup_is_complete", "newest_snapshot_is_readable", "nothing_was_deleted")
}
