package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// TestVideoBucketUnfinished fails to write each of the documents of a bucket that
// was just made: the bucket is removed again, and the next apply works.
func TestVideoBucketUnfinished(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	var cases [][]resource.TestStep
	for operation, attribute := range map[string]string{
		"PutPublicAccessBlock": "public_access_block", "PutBucketOwnershipControls": "object_ownership",
		"PutBucketEncryption": "encryption", "PutBucketVersioning": "versioning", "PutBucketTagging": "tags",
	} {
		name, label := acctest.Name(t), labelOf(attribute)
		config := labelled(bucketBlock(name, `tags = { team = "video" }`), label)
		refusal := on(operation, denied)
		refusal.Bucket = name
		lift := e.Fake.Inject(refusal)
		cases = append(cases, []resource.TestStep{
			{Config: config, ExpectError: inOrder(
				"Could not set "+attribute+" of the new bucket "+name,
				"it has been removed again: nothing is left behind, and the next apply begins anew. The credentials in use lack a permission",
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

// TestVideoBucketKept cannot remove the unfinished bucket either: it is kept, not
// tainted, and the next apply completes it.
func TestVideoBucketKept(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	var (
		active faults
		heard  warnings
	)
	active.inject(e, on("PutBucketVersioning", denied), on("DeleteBucket", denied))
	heard.run(t,
		resource.TestStep{
			Config:             bucketConfig(e, name, ""),
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(theBucket, plancheck.ResourceActionUpdate),
				changes{theBucket, []string{"versioning"}},
			}},
			PostApplyFunc: heard.expect(t, "could not be removed again. It is kept in the state as it is, unfinished: apply again to complete it."),
		},
		resource.TestStep{
			PreConfig:         active.lift,
			Config:            bucketConfig(e, name, ""),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: defaultsInState(name),
			PostApplyFunc:     heard.expect(t),
		},
	)
	if n := e.Fake.Requests().Count("CreateBucket"); n != 1 {
		t.Errorf("the bucket was made %d times", n)
	}
}

// TestVideoBucketKeepsWhatIsInIt lets someone upload before the bucket is
// finished.
func TestVideoBucketKeepsWhatIsInIt(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	var (
		active faults
		heard  warnings
	)
	refusal := on("PutBucketVersioning", denied)
	refusal.Hook = func() { upload(t, e, name, "a.mp4") }
	active.inject(e, refusal)
	heard.run(t,
		resource.TestStep{
			Config:             bucketConfig(e, name, ""),
			ExpectNonEmptyPlan: true,
			PostApplyFunc:      heard.expect(t, "Why it could not be removed: The bucket "+name+" holds objects"),
		},
		resource.TestStep{
			PreConfig:        active.lift,
			Config:           bucketConfig(e, name, "force_destroy = true"),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		},
	)
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
		"documents": {[]fakeaws.Fault{{Operation: "PutBucketVersioning", Latency: never}}, "it has been removed again"},
		"creation": {[]fakeaws.Fault{
			{Operation: "CreateBucket", LoseResponse: true, Times: 1},
			{Operation: "CreateBucket", Skip: 1, Latency: never},
		}, "it has been removed again"},
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
