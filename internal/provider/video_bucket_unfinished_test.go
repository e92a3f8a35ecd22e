package provider_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestVideoBucketUnfinished fails to write each of the documents of a bucket that
// was just created: the bucket is removed again, and the next apply works. The values
// differ from those that S3 gives a new bucket.
func TestVideoBucketUnfinished(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	var cases [][]resource.TestStep
	for operation, attribute := range map[string]string{
		"PutPublicAccessBlock": "public_access_block", "PutBucketOwnershipControls": "object_ownership",
		"PutBucketEncryption": "encryption", "PutBucketVersioning": "versioning", "PutBucketTagging": "tags",
	} {
		name, label := acctest.Name(t), labelOf(attribute)
		config := labelled(bucketBlock(name, everyArgument), label)
		refusal := on(operation, denied)
		refusal.Bucket = name
		lift := e.Fake.Inject(refusal)
		cases = append(cases, []resource.TestStep{
			{Config: config, ExpectError: inOrder(
				"Could not set "+attribute+" of the new bucket "+name+" [bucket-incomplete]",
				"The new, empty bucket was removed again, so nothing is left behind. Apply again once the cause is fixed. The credentials in use lack a permission",
			)},
			{
				PreConfig:        func() { gone(t, e, name); lift() },
				Config:           config,
				ConfigPlanChecks: before(action("fovea_video_bucket."+label, plancheck.ResourceActionCreate)),
			},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

// TestVideoBucketThatNeedsNoWrite may not write the documents that S3 gives a new
// bucket by itself: nothing is wrong then.
func TestVideoBucketThatNeedsNoWrite(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	for _, operation := range []string{"PutPublicAccessBlock", "PutBucketOwnershipControls", "PutBucketEncryption"} {
		e.Fake.Inject(on(operation, denied))
	}
	e.Run(t, resource.TestStep{Config: bucketConfig(e, name, ""), ConfigStateChecks: defaultsInState(name)})
}

// TestVideoBucketIncomplete can neither complete the new bucket nor remove it: the
// apply fails, nothing is in the state, and the import block of the message leads to
// an empty plan.
func TestVideoBucketIncomplete(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	for name, tt := range map[string]struct {
		faults func(bucket string) []fakeaws.Fault
		why    string
	}{
		"denied": {func(string) []fakeaws.Fault {
			return []fakeaws.Fault{on("PutBucketVersioning", denied), on("DeleteBucket", denied)}
		}, "Why it could not be removed: The credentials in use lack a permission"},
		"filled by somebody else": {func(bucket string) []fakeaws.Fault {
			refusal := on("PutBucketVersioning", denied)
			refusal.Hook = func() { upload(t, e, bucket, "a.mp4") }
			return []fakeaws.Fault{refusal}
		}, "holds objects, old versions or delete markers"},
	} {
		t.Run(name, func(t *testing.T) {
			bucket := acctest.Name(t)
			e.Fake.Requests().Reset()
			w := newWorkspace(t, e, bucketBlock(bucket, ""))
			var active faults
			for _, fault := range tt.faults(bucket) {
				fault.Bucket = bucket
				active.inject(e, fault)
			}
			w.refused([]string{
				"Could not set versioning of the new bucket " + bucket + " [bucket-incomplete]",
				"It could not be removed again and is not in the state. Import it, with the block import { to = fovea_video_bucket.NAME id = \"" + bucket + "\" }", tt.why,
			}, "apply", "-auto-approve")
			active.lift()
			if listed := w.mustRun("state", "list"); listed != "" {
				t.Errorf("got %q in the state, want nothing", listed)
			}
			w.configure(bucketBlock(bucket, "force_destroy = true") + fmt.Sprintf("import {\n  to = fovea_video_bucket.this\n  id = %q\n}\n", bucket))
			w.apply()
			w.unchanged()
			if n := e.Fake.Requests().Count("CreateBucket"); n != 1 {
				t.Errorf("got %d requests to create the bucket, want 1", n)
			}
			w.mustRun("destroy", "-auto-approve")
		})
	}
}

// TestVideoBucketPassingTrouble makes a bucket while S3 is not at its best.
func TestVideoBucketPassingTrouble(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	var cases [][]resource.TestStep
	unknown := fakeaws.Fault{Status: http.StatusNotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist", Times: 2}
	aborted := fakeaws.Fault{Status: http.StatusConflict, Code: "OperationAborted", Message: "A conflicting conditional operation is currently in progress against this resource. Please try again.", Times: 1}
	for name, trouble := range map[string]fakeaws.Fault{
		"lost answer":       {Operation: "CreateBucket", LoseResponse: true, Times: 1},
		"not known yet":     on("PutPublicAccessBlock", unknown),
		"not readable yet":  on("GetBucketVersioning", unknown),
		"old answer":        {Operation: "GetBucketVersioning", Stale: true, Times: 2},
		"another operation": on("PutBucketEncryption", aborted),
		"name not free yet": on("CreateBucket", aborted),
	} {
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			bucket := acctest.Name(t)
			trouble.Bucket = bucket
			e.Fake.Inject(trouble)
			cases = append(cases, []resource.TestStep{{Config: labelled(bucketBlock(bucket, "region = \""+region+"\""), labelOf(name+" in "+region))}})
		}
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

// TestVideoBucketCancelled runs out of time, as a create does that is stopped: in
// the middle of the documents, and before anyone said that the bucket was made.
func TestVideoBucketCancelled(t *testing.T) {
	const never = time.Hour
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		faults  []fakeaws.Fault
		message string
	}{
		"documents": {[]fakeaws.Fault{{Operation: "PutBucketVersioning", Latency: never}}, "was removed again"},
		"creation": {[]fakeaws.Fault{
			{Operation: "CreateBucket", LoseResponse: true, Times: 1},
			{Operation: "CreateBucket", Skip: 1, Latency: never},
		}, "was removed again"},
		"before the creation": {[]fakeaws.Fault{{Operation: "CreateBucket", Latency: never}}, "It took longer than the timeouts block allows."},
	} {
		bucket, label := acctest.Name(t), labelOf(name)
		var active faults
		for _, fault := range tt.faults {
			fault.Bucket = bucket
			active.inject(e, fault)
		}
		cases = append(cases, []resource.TestStep{
			{
				Config:      labelled(bucketBlock(bucket, "timeouts {\n create = \"2s\"\n}"), label),
				ExpectError: inOrder(bucket, tt.message),
			},
			{
				PreConfig:        func() { gone(t, e, bucket); active.lift() },
				Config:           labelled(bucketBlock(bucket, ""), label),
				ConfigPlanChecks: before(action("fovea_video_bucket."+label, plancheck.ResourceActionCreate)),
			},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}
