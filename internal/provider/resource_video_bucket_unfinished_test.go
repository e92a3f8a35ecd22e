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
	for operation, attribute := range map[string]string{
		"PutPublicAccessBlock": "public_access_block", "PutBucketOwnershipControls": "object_ownership",
		"PutBucketEncryption": "encryption", "PutBucketVersioning": "versioning", "PutBucketTagging": "tags",
	} {
		t.Run(attribute, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "it injects faults")
			name := acctest.Name(t)
			config := bucketConfig(e, name, `tags = { team = "video" }`)
			var active faults
			active.inject(e, on(operation, denied))
			e.Run(t,
				resource.TestStep{Config: config, ExpectError: inOrder(
					"Could not set "+attribute+" of the new bucket "+name,
					"it has been removed again: nothing is left behind, and the next apply begins anew. The credentials in use lack a permission",
				)},
				resource.TestStep{
					PreConfig:        func() { gone(t, e, name); active.lift() },
					Config:           config,
					ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				},
			)
		})
	}
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
			t.Run(name+" in "+region, func(t *testing.T) {
				e := acctest.Start(t)
				e.FakeOnly(t, "it injects faults")
				bucket := acctest.Name(t)
				trouble.Bucket = bucket
				e.Fake.Inject(trouble)
				e.Run(t, resource.TestStep{Config: bucketConfig(e, bucket, "region = \""+region+"\"")})
			})
		}
	}
}

// TestVideoBucketCancelled runs out of time, as a create does that is stopped: in
// the middle of the documents, and before anyone said that the bucket was made.
func TestVideoBucketCancelled(t *testing.T) {
	const never = time.Hour
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
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "it injects faults")
			bucket := acctest.Name(t)
			var active faults
			active.inject(e, tt.faults...)
			e.Run(t,
				resource.TestStep{
					Config:      bucketConfig(e, bucket, "timeouts {\n create = \"2s\"\n}"),
					ExpectError: acctest.Message(tt.message),
				},
				resource.TestStep{
					PreConfig:        func() { gone(t, e, bucket); active.lift() },
					Config:           bucketConfig(e, bucket, ""),
					ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				},
			)
		})
	}
}
