package provider_test

import (
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestBucketReplicationDefaults writes the guide's document, with what S3 refused it
// for the lack of.
func TestBucketReplicationDefaults(t *testing.T) {
	p := newPair(t)
	config := p.config(p.rule(""))
	text, yes, no := knownvalue.StringExact, knownvalue.Bool(true), knownvalue.Bool(false)
	p.Run(t,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: before(action(theReplication, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{
				replicationState("id", text(p.source)),
				replicationState("rules", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": text("ReplicateVideos"), "priority": number(1), "status": text("Enabled"), "filter": knownvalue.Null(),
					"destination": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"bucket_arn": text("arn:aws:s3:::" + p.backup), "storage_class": knownvalue.Null(), "account_id": knownvalue.Null(), "replica_kms_key_arn": knownvalue.Null(),
					}),
					"replication_time_control": yes, "delete_marker_replication": no, "replicate_kms_encrypted_objects": no,
				})})),
			},
			PostApplyFunc: func() {
				if p.Fake == nil {
					return // other servers write the document in their own way
				}
				minutes := &s3types.ReplicationTimeValue{Minutes: aws.Int32(15)}
				want := s3types.ReplicationConfiguration{Role: aws.String(p.roleARN()), Rules: []s3types.ReplicationRule{{
					ID: aws.String("ReplicateVideos"), Priority: aws.Int32(1), Status: s3types.ReplicationRuleStatusEnabled,
					Filter:                  &s3types.ReplicationRuleFilter{Prefix: aws.String("")},
					DeleteMarkerReplication: &s3types.DeleteMarkerReplication{Status: s3types.DeleteMarkerReplicationStatusDisabled},
					Destination: &s3types.Destination{
						Bucket:          aws.String("arn:aws:s3:::" + p.backup),
						ReplicationTime: &s3types.ReplicationTime{Status: s3types.ReplicationTimeStatusEnabled, Time: minutes},
						Metrics:         &s3types.Metrics{Status: s3types.MetricsStatusEnabled, EventThreshold: minutes},
					},
				}}}
				if got := p.get(); !reflect.DeepEqual(got, want) {
					t.Errorf("S3 has %+v", got)
				}
			},
		},
	)
}

// TestBucketReplicationChangesInPlace changes every argument of a rule.
func TestBucketReplicationChangesInPlace(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto drops filters, delete markers and KMS")
	change := func(how func(p pair) string, attributes ...string) edit {
		p := makePair(t, e, acctest.Name(t), "this")
		return edit{from: p.block(p.role, p.rule("")), to: how(p), attributes: attributes}
	}
	rule := func(arguments string) edit {
		return change(func(p pair) string { return p.block(p.role, p.rule(arguments)) }, "rules")
	}
	to := func(destination, arguments string) edit {
		return change(func(p pair) string {
			return p.block(p.role, fmt.Sprintf("{\n  destination = {\n bucket_arn = \"arn:aws:s3:::%s\"\n%s\n}\n%s\n}", p.backup, destination, arguments))
		}, "rules")
	}
	editsInPlace(t, e, "fovea_bucket_replication", "id", map[string]edit{
		"id":              rule(`id = "Backup"`),
		"priority":        rule("priority = 0"),
		"status":          rule(`status = "Disabled"`),
		"prefix":          rule(`filter = { prefix = "a/" }`),
		"tag":             rule(`filter = { tags = { keep = "yes" } }`),
		"tags":            rule(`filter = { tags = { keep = "yes", tier = "1" } }`),
		"prefix and tags": rule(`filter = { prefix = "a/", tags = { keep = "yes" } }`),
		"empty filter":    rule(`filter = {}`),
		"no time control": rule("replication_time_control = false"),
		"delete markers":  rule("delete_marker_replication = true"),
		"class":           to(`storage_class = "GLACIER_IR"`, ""),
		"account":         to(`account_id = "123456789012"`, ""),
		"KMS":             to("replica_kms_key_arn = \""+kmsKey+"\"", "replicate_kms_encrypted_objects = true"),
		"role": change(func(p pair) string {
			makeRole(t, e, p.role+"-2", "s3.amazonaws.com")
			return p.block(p.role+"-2", p.rule(""))
		}, "role_arn"),
	})
}

// TestBucketReplicationOrder keeps the rules in the configured order, whatever
// order S3 answers in.
func TestBucketReplicationOrder(t *testing.T) {
	p := newPair(t)
	config := p.config(p.rule("id = \"b\"\npriority = 2") + "," + p.rule("id = \"a\"\npriority = 3") + "," + p.rule("id = \"c\"\npriority = 1"))
	p.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				p.edit(func(r *s3types.ReplicationConfiguration) { r.Rules[0], r.Rules[2] = r.Rules[2], r.Rules[0] })
			},
			Config:           config,
			ConfigPlanChecks: nothing(),
		},
	)
}

func TestBucketReplicationImport(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]importable{}
	for name, arguments := range map[string]string{
		"defaults": "",
		"plain":    "id = \"Backup\"\npriority = 7\nreplication_time_control = false\ndelete_marker_replication = true\nfilter = { prefix = \"a/\" }",
		"tagged":   "status = \"Disabled\"\nfilter = { prefix = \"a/\", tags = { keep = \"yes\" } }",
	} {
		if arguments != "" && e.Fake == nil {
			continue // moto drops filters and delete markers
		}
		p := makePair(t, e, acctest.Name(t), "this")
		cases[name] = importable{p.block(p.role, p.rule(arguments)), p.source}
	}
	imports(t, e, "fovea_bucket_replication", cases)
}

func TestBucketReplicationIdentity(t *testing.T) {
	p := newPair(t)
	config := p.config(p.rule(""))
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.12.0")))},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(theReplication, tfjsonpath.New("bucket"))}},
			{Config: config, ResourceName: theReplication, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestBucketReplicationRequests(t *testing.T) {
	p := newPair(t)
	p.FakeOnly(t, "the requests are counted")
	p.Run(t, resource.TestStep{
		Config: p.config(p.rule("")),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			// Between these two Terraform plans once.
			PostApplyPreRefresh: []plancheck.PlanCheck{then(func() { p.Fake.Requests().Reset() })},
			PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
				want := map[string]int{"GetCallerIdentity": 1, "HeadBucket": 1, "GetBucketReplication": 1}
				if got := p.Fake.Requests().Counts(); !maps.Equal(got, want) {
					return fmt.Errorf("a plan without changes asks for %v, want %v", got, want)
				}
				return nil
			})},
		},
	})
}
