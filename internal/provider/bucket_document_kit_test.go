package provider_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// document is a document of a bucket that Terraform did not make.
type document struct {
	*acctest.Env
	t              *testing.T
	kind, label    string // of the resource
	bucket         string
	get, put, gone string // operations of S3
}

func newDocument(t *testing.T, kind, get, put, gone string) document {
	t.Helper()
	d := document{acctest.Start(t), t, kind, "this", acctest.Name(t), get, put, gone}
	d.do(d.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &d.bucket}))
	return d
}

// another is such a document of another bucket.
func (d document) another(label string) document {
	d.t.Helper()
	d.label, d.bucket = label, d.bucket+"-"+label
	d.do(d.S3.CreateBucket(d.t.Context(), &s3.CreateBucketInput{Bucket: &d.bucket}))
	return d
}

func (d document) address() string { return d.kind + "." + d.label }

// block is the resource, with further arguments.
func (d document) block(arguments string) string {
	return fmt.Sprintf("resource %q %q {\n  bucket = %q\n%s\n}\n", d.kind, d.label, d.bucket, arguments)
}

// config configures the document with further arguments.
func (d document) config(arguments string) string { return d.Config("%s", d.block(arguments)) }

// state expects the value of an attribute.
func (d document) state(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(d.address(), tfjsonpath.New(attribute), want)
}

// planned expects an action in the plan before an apply.
func (d document) planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return before(plancheck.ExpectResourceAction(d.address(), action))
}

// imported expects that an import by each id gives what the state has.
func (d document) imported(ids ...string) []resource.TestStep {
	var steps []resource.TestStep
	for _, id := range ids {
		steps = append(steps, resource.TestStep{
			ResourceName: d.address(), ImportState: true, ImportStateId: id, ImportStateVerify: true,
		}, resource.TestStep{
			ResourceName: d.address(), ImportState: true, ImportStateId: id, ImportStateKind: resource.ImportBlockWithID,
		})
	}
	return steps
}

// do fails the test when an error comes back.
func (d document) do(_ any, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// drift is a change behind Terraform's back that a plan undoes by changing these
// attributes.
type drift struct {
	attributes []string
	disturb    func(document)
}

// drifts expects each drift to be shown, and to be repaired. Each is that of a
// bucket of its own.
func (d document) drifts(arguments func(document) string, drifts ...drift) {
	d.t.Helper()
	var cases [][]resource.TestStep
	for i, drift := range drifts {
		one := d.another(fmt.Sprintf("drift-%d", i))
		cases = append(cases, []resource.TestStep{
			{Config: one.block(arguments(one))},
			{
				PreConfig:        func() { drift.disturb(one) },
				Config:           one.block(arguments(one)),
				ConfigPlanChecks: before(action(one.address(), plancheck.ResourceActionUpdate), changes{one.address(), drift.attributes}),
			},
		})
	}
	resource.Test(d.t, sideBySide(d.t, d.Env, cases...))
}

// always gives every document the same arguments.
func always(arguments string) func(document) string {
	return func(document) string { return arguments }
}

// disappears expects the document to be made anew after it was removed; it fails
// when the bucket is gone too, as it should.
func (d document) disappears(arguments string, remove func()) {
	d.t.Helper()
	d.Run(d.t,
		resource.TestStep{Config: d.config(arguments)},
		resource.TestStep{PreConfig: remove, Config: d.config(arguments), ConfigPlanChecks: d.planned(plancheck.ResourceActionCreate)},
		resource.TestStep{
			PreConfig:   func() { d.do(d.S3.DeleteBucket(d.t.Context(), &s3.DeleteBucketInput{Bucket: &d.bucket})) },
			Config:      d.config(arguments),
			ExpectError: acctest.Message("The bucket does not exist (it may have been deleted). Error: No"),
		},
	)
}

// costs counts requests. A creation in a bucket that was there before looks for the
// document when it is planned, when the apply plans again, and before it is put, and
// then reads it back. A plan without changes reads once. planning is what the plan of
// the creation asks for besides, and that of the apply.
func (d document) costs(arguments string, planning map[string]int) {
	d.t.Helper()
	d.FakeOnly(d.t, "the requests are counted")
	expect := func(want map[string]int) plancheck.PlanCheck {
		return planCheck(func() error {
			got := d.Fake.Requests().Counts()
			delete(got, "GetCallerIdentity") // the provider's own
			delete(got, "HeadBucket")        // the bucket's region
			if d.Fake.Requests().Reset(); !maps.Equal(got, want) {
				return fmt.Errorf("%v was asked for, want %v", got, want)
			}
			return nil
		})
	}
	creation := maps.Clone(planning)
	if creation == nil {
		creation = map[string]int{}
	}
	creation[d.put]++
	creation[d.get] += 4
	d.Run(d.t, resource.TestStep{
		PreConfig: d.Fake.Requests().Reset,
		Config:    d.config(arguments),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PostApplyPreRefresh:  []plancheck.PlanCheck{expect(creation)},
			PostApplyPostRefresh: []plancheck.PlanCheck{expect(map[string]int{d.get: 1})},
		},
	})
}

// removesLast expects a plan to take the last element off a list of rules.
type removesLast struct{ address, attribute, id string }

func (r removesLast) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, c := range req.Plan.ResourceChanges {
		if c.Address != r.address {
			continue
		}
		before, after := elementsOf(c.Change.Before, r.attribute), elementsOf(c.Change.After, r.attribute)
		n := len(after)
		if len(before) != n+1 || !reflect.DeepEqual(before[:n], after) {
			resp.Error = fmt.Errorf("the plan changes %v to %v", before, after)
		} else if last, ok := before[n].(map[string]any); !ok || last["id"] != r.id {
			resp.Error = fmt.Errorf("the plan removes %v", before[n])
		}
		return
	}
	resp.Error = fmt.Errorf("the plan has no %s", r.address)
}

func elementsOf(values any, attribute string) []any {
	object, _ := values.(map[string]any)
	elements, _ := object[attribute].([]any)
	return elements
}

// missing has a server that lacks the document, first when it is made, then when
// it is there. Nothing may be deleted there: a server that does not know a
// document may take its delete for that of the bucket.
func (d document) missing(arguments, name string) {
	d.t.Helper()
	d.FakeOnly(d.t, "a server without the document is needed")
	message := acctest.Message("The bucket " + d.bucket + " is on the server AmazonS3 at " + strings.TrimPrefix(d.Endpoint, "http://") +
		", which does not implement the " + name + " of S3, or not all of it. Leave that part out of the configuration, or use a server that has it.")
	var restore []func()
	lack := func(operations ...string) func() {
		return func() {
			d.Fake.Requests().Reset()
			for _, operation := range operations {
				restore = append(restore, d.Fake.Inject(fakeaws.Fault{Operation: operation, Status: http.StatusNotImplemented, Code: "NotImplemented", Message: "A header you provided implies functionality that is not implemented"}))
			}
		}
	}
	d.Run(d.t,
		resource.TestStep{PreConfig: lack(d.get, d.put), Config: d.config(arguments), ExpectError: message},
		resource.TestStep{
			PreConfig: func() {
				for _, r := range restore {
					r()
				}
			},
			Config: d.config(arguments),
		},
		resource.TestStep{PreConfig: lack(d.get), Config: d.config(arguments), Destroy: true, ExpectError: message},
		resource.TestStep{
			PreConfig: func() {
				for _, e := range d.Fake.Requests().Entries() {
					if e.Method == http.MethodDelete || e.Operation == d.gone || e.Operation == d.put {
						d.t.Errorf("%s was sent to a server that does not know the document", e.Operation)
					}
				}
				for _, r := range restore {
					r()
				}
			},
			Config: d.config(arguments),
		},
	)
}
