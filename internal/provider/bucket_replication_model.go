package provider

import (
	"context"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type bucketReplicationModel struct {
	documentTimeouts
	ID      types.String `tfsdk:"id"`
	Bucket  types.String `tfsdk:"bucket"`
	RoleARN types.String `tfsdk:"role_arn"`
	Rules   types.List   `tfsdk:"rules"`
}

type replicationRuleModel struct {
	ID                           types.String `tfsdk:"id"`
	Priority                     types.Int64  `tfsdk:"priority"`
	Status                       types.String `tfsdk:"status"`
	Filter                       types.Object `tfsdk:"filter"`
	Destination                  types.Object `tfsdk:"destination"`
	ReplicationTimeControl       types.Bool   `tfsdk:"replication_time_control"`
	DeleteMarkerReplication      types.Bool   `tfsdk:"delete_marker_replication"`
	ReplicateKMSEncryptedObjects types.Bool   `tfsdk:"replicate_kms_encrypted_objects"`
}

type replicationFilterModel struct {
	Prefix types.String `tfsdk:"prefix"`
	Tags   types.Map    `tfsdk:"tags"`
}

type replicationDestinationModel struct {
	BucketARN        types.String `tfsdk:"bucket_arn"`
	StorageClass     types.String `tfsdk:"storage_class"`
	AccountID        types.String `tfsdk:"account_id"`
	ReplicaKMSKeyARN types.String `tfsdk:"replica_kms_key_arn"`
}

// rules reads the rules that are known so far, each with its place in the list.
func (m bucketReplicationModel) rules(ctx context.Context, diags *diag.Diagnostics) map[int]replicationRuleModel {
	rules := map[int]replicationRuleModel{}
	for i, element := range m.Rules.Elements() {
		if o, ok := element.(types.Object); ok {
			if rule, ok := object[replicationRuleModel](ctx, o, diags); ok {
				rules[i] = rule
			}
		}
	}
	return rules
}

func (m bucketReplicationModel) expand(ctx context.Context, diags *diag.Diagnostics) s3types.ReplicationConfiguration {
	out := s3types.ReplicationConfiguration{Role: m.RoleARN.ValueStringPointer()}
	rules := m.rules(ctx, diags)
	for i := range len(rules) {
		out.Rules = append(out.Rules, rules[i].expand(ctx, diags))
	}
	return out
}

// theReplicationTime is the only one that S3 promises.
var theReplicationTime = &s3types.ReplicationTimeValue{Minutes: aws.Int32(15)}

// expand always sends Priority, Filter and DeleteMarkerReplication: S3 wants all of
// them or none.
func (r replicationRuleModel) expand(ctx context.Context, diags *diag.Diagnostics) s3types.ReplicationRule {
	destination, _ := object[replicationDestinationModel](ctx, r.Destination, diags)
	rule := s3types.ReplicationRule{
		ID:       r.ID.ValueStringPointer(),
		Priority: aws.Int32(int32(min(r.Priority.ValueInt64(), math.MaxInt32))), //nolint:gosec // bounded
		Status:   s3types.ReplicationRuleStatus(r.Status.ValueString()),
		Filter:   r.expandFilter(ctx, diags),
		Destination: &s3types.Destination{
			Bucket:       destination.BucketARN.ValueStringPointer(),
			Account:      destination.AccountID.ValueStringPointer(),
			StorageClass: s3types.StorageClass(destination.StorageClass.ValueString()),
		},
		DeleteMarkerReplication: &s3types.DeleteMarkerReplication{Status: s3types.DeleteMarkerReplicationStatusDisabled},
	}
	if r.DeleteMarkerReplication.ValueBool() {
		rule.DeleteMarkerReplication.Status = s3types.DeleteMarkerReplicationStatusEnabled
	}
	if r.ReplicationTimeControl.ValueBool() {
		rule.Destination.ReplicationTime = &s3types.ReplicationTime{Status: s3types.ReplicationTimeStatusEnabled, Time: theReplicationTime}
		rule.Destination.Metrics = &s3types.Metrics{Status: s3types.MetricsStatusEnabled, EventThreshold: theReplicationTime}
	}
	if r.ReplicateKMSEncryptedObjects.ValueBool() {
		rule.SourceSelectionCriteria = &s3types.SourceSelectionCriteria{
			SseKmsEncryptedObjects: &s3types.SseKmsEncryptedObjects{Status: s3types.SseKmsEncryptedObjectsStatusEnabled},
		}
		rule.Destination.EncryptionConfiguration = &s3types.EncryptionConfiguration{ReplicaKmsKeyID: destination.ReplicaKMSKeyARN.ValueStringPointer()}
	}
	return rule
}

func (r replicationRuleModel) expandFilter(ctx context.Context, diags *diag.Diagnostics) *s3types.ReplicationRuleFilter {
	f, _ := object[replicationFilterModel](ctx, r.Filter, diags)
	c := conditions{prefix: f.Prefix.ValueString(), tags: knownTags(f.Tags)}
	switch {
	case c.count() > 1:
		return &s3types.ReplicationRuleFilter{And: &s3types.ReplicationRuleAndOperator{Prefix: c.prefixPointer(), Tags: c.s3Tags()}}
	case len(c.tags) == 1:
		return &s3types.ReplicationRuleFilter{Tag: c.onlyTag()}
	}
	return &s3types.ReplicationRuleFilter{Prefix: &c.prefix}
}
