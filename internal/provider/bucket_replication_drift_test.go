package provider_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestBucketReplicationDrift(t *testing.T) {
	e := acctest.Start(t)
	const dropped = true // by moto
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		attribute string
		disturb   func(p pair, r *s3types.ReplicationConfiguration)
		fakeOnly  bool
	}{
		"role":     {"role_arn", func(p pair, r *s3types.ReplicationConfiguration) { r.Role = aws.String(p.roleARN() + "-2") }, false},
		"id":       {"rules", func(_ pair, r *s3types.ReplicationConfiguration) { r.Rules[0].ID = aws.String("Other") }, false},
		"priority": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) { r.Rules[0].Priority = aws.Int32(9) }, false},
		"status": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) {
			r.Rules[0].Status = s3types.ReplicationRuleStatusDisabled
		}, false},
		"filter": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) {
			r.Rules[0].Filter = &s3types.ReplicationRuleFilter{Prefix: aws.String("b/")}
		}, dropped},
		"destination": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) {
			r.Rules[0].Destination.StorageClass = s3types.StorageClassStandardIa
		}, false},
		"time control": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) {
			r.Rules[0].Destination.ReplicationTime, r.Rules[0].Destination.Metrics = nil, nil
		}, false},
		"delete markers": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) {
			r.Rules[0].DeleteMarkerReplication.Status = s3types.DeleteMarkerReplicationStatusEnabled
		}, dropped},
		"KMS": {"rules", func(_ pair, r *s3types.ReplicationConfiguration) {
			r.Rules[0].SourceSelectionCriteria = &s3types.SourceSelectionCriteria{
				SseKmsEncryptedObjects: &s3types.SseKmsEncryptedObjects{Status: s3types.SseKmsEncryptedObjectsStatusEnabled},
			}
			r.Rules[0].Destination.EncryptionConfiguration = &s3types.EncryptionConfiguration{ReplicaKmsKeyID: aws.String(kmsKey)}
		}, dropped},
	} {
		if tt.fakeOnly && e.Fake == nil {
			continue
		}
		p := makePair(t, e, acctest.Name(t), labelOf(name))
		makeRole(t, e, p.role+"-2", "s3.amazonaws.com")
		config := p.block(p.role, p.rule(""))
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{
				PreConfig:        func() { p.edit(func(r *s3types.ReplicationConfiguration) { tt.disturb(p, r) }) },
				Config:           config,
				ConfigPlanChecks: before(action(p.address(), plancheck.ResourceActionUpdate), changes{p.address(), []string{tt.attribute}}),
			},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

// addForeignRule adds a rule that Terraform does not know.
func addForeignRule(p pair) {
	p.edit(func(r *s3types.ReplicationConfiguration) {
		rule := r.Rules[0]
		rule.ID, rule.Priority = aws.String("Foreign"), aws.Int32(5)
		r.Rules = append([]s3types.ReplicationRule{rule}, r.Rules...)
	})
}

// TestBucketReplicationForeignRule shows a rule of somebody else as a removal.
func TestBucketReplicationForeignRule(t *testing.T) {
	p := newPair(t)
	config := p.config(p.rule(""))
	rules := func(n int) knownvalue.Check { return knownvalue.ListSizeExact(n) }
	p.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:    func() { addForeignRule(p) },
			RefreshState: true, ExpectNonEmptyPlan: true,
			RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{changes{theReplication, []string{"rules"}}}},
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  before(plancheck.ExpectKnownValue(theReplication, tfjsonpath.New("rules"), rules(1))),
			ConfigStateChecks: []statecheck.StateCheck{replicationState("rules", rules(1))},
		},
	)
}

// TestBucketReplicationOtherSettings warns of settings that no argument stands for.
func TestBucketReplicationOtherSettings(t *testing.T) {
	p := newPair(t)
	p.FakeOnly(t, "moto drops the setting")
	var heard warnings
	config := p.config(p.rule(""))
	heard.run(t,
		resource.TestStep{Config: config, PostApplyFunc: heard.expect(t)},
		resource.TestStep{
			PreConfig: func() {
				p.edit(func(r *s3types.ReplicationConfiguration) {
					r.Rules[0].SourceSelectionCriteria = &s3types.SourceSelectionCriteria{
						ReplicaModifications: &s3types.ReplicaModifications{Status: s3types.ReplicaModificationsStatusEnabled},
					}
				})
			},
			Config:        config,
			PostApplyFunc: heard.expect(t, "The rule ReplicateVideos of the bucket "+p.source+" has settings that fovea_bucket_replication has no argument for"),
		},
	)
}

func TestBucketReplicationDisappears(t *testing.T) {
	p := newPair(t)
	config := p.config(p.rule(""))
	p.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if _, err := p.S3.DeleteBucketReplication(t.Context(), &s3.DeleteBucketReplicationInput{Bucket: &p.source}); err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: before(action(theReplication, plancheck.ResourceActionCreate)),
		},
	)
}
