package provider

import (
	"context"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

type bucketReplicationModel struct {
	documentFields
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

func (m *bucketReplicationModel) expand(ctx context.Context, _ *providerData, diags *diag.Diagnostics) s3types.ReplicationConfiguration {
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

var (
	replicationFilterType = map[string]attr.Type{
		"prefix": types.StringType, "tags": types.MapType{ElemType: types.StringType},
	}
	replicationDestinationType = map[string]attr.Type{
		"bucket_arn": types.StringType, "storage_class": types.StringType, "account_id": types.StringType, "replica_kms_key_arn": types.StringType,
	}
	replicationRuleType = map[string]attr.Type{
		"id": types.StringType, "priority": types.Int64Type, "status": types.StringType,
		"filter":                          types.ObjectType{AttrTypes: replicationFilterType},
		"destination":                     types.ObjectType{AttrTypes: replicationDestinationType},
		"replication_time_control":        types.BoolType,
		"delete_marker_replication":       types.BoolType,
		"replicate_kms_encrypted_objects": types.BoolType,
	}
)

// flatten takes over what S3 has. Rules stay in the order of before, by id, and
// rules that replicate the same stay as they are written.
func (m *bucketReplicationModel) flatten(ctx context.Context, _ *providerData, replication s3types.ReplicationConfiguration, diags *diag.Diagnostics) {
	known := m.rules(ctx, diags)
	place := func(rule s3types.ReplicationRule) int {
		for i := range len(known) {
			if known[i].ID.ValueString() == aws.ToString(rule.ID) {
				return i
			}
		}
		return len(known)
	}
	rules := slices.Clone(replication.Rules)
	completeFirstVersion(rules, known)
	slices.SortStableFunc(rules, func(a, b s3types.ReplicationRule) int { return place(a) - place(b) })

	var models []replicationRuleModel
	for _, rule := range rules {
		model, ok := known[place(rule)]
		if !ok || !s3bucket.EqualReplicationRule(model.expand(ctx, diags), rule) {
			model = flattenReplicationRule(rule)
			warnOfOtherSettings(ctx, m.Bucket.ValueString(), model, rule, diags)
		}
		models = append(models, model)
	}
	list, problems := types.ListValueFrom(ctx, types.ObjectType{AttrTypes: replicationRuleType}, models)
	diags.Append(problems...)
	m.ID, m.RoleARN, m.Rules = m.Bucket, types.StringPointerValue(replication.Role), list
}

// completeFirstVersion writes rules of the first version of S3's schema, which have a
// prefix in place of a filter, as rules of the second that replicate the same: delete
// markers too. They have no priority, since their prefixes do not overlap; each keeps
// the one that the model gives it, or else gets one that no other rule has.
func completeFirstVersion(rules []s3types.ReplicationRule, known map[int]replicationRuleModel) {
	taken, byID := map[int32]bool{}, map[string]int32{}
	for _, rule := range rules {
		if rule.Priority != nil {
			taken[*rule.Priority] = true
		}
	}
	for _, model := range known {
		if priority := int32Pointer(model.Priority); priority != nil && !taken[*priority] {
			taken[*priority] = true
			byID[model.ID.ValueString()] = *priority
		}
	}
	next := int32(defaultReplicationPriority)
	for i := range rules {
		rule := &rules[i]
		if !s3bucket.FirstVersion(*rule) {
			continue
		}
		rule.DeleteMarkerReplication = &s3types.DeleteMarkerReplication{Status: s3types.DeleteMarkerReplicationStatusEnabled}
		if rule.Priority != nil { // some servers give them one
			continue
		}
		priority, ok := byID[aws.ToString(rule.ID)]
		if !ok {
			for taken[next] {
				next++
			}
			taken[next] = true
			priority = next
		}
		rule.Priority = &priority
	}
}

func flattenReplicationRule(rule s3types.ReplicationRule) replicationRuleModel {
	destination := orZero(rule.Destination)
	key := types.StringNull()
	if destination.EncryptionConfiguration != nil {
		key = types.StringPointerValue(destination.EncryptionConfiguration.ReplicaKmsKeyID)
	}
	selection := orZero(rule.SourceSelectionCriteria)
	return replicationRuleModel{
		ID:       types.StringPointerValue(rule.ID),
		Priority: types.Int64Value(int64(aws.ToInt32(rule.Priority))),
		Status:   types.StringValue(string(rule.Status)),
		Filter:   flattenReplicationFilter(rule),
		Destination: types.ObjectValueMust(replicationDestinationType, map[string]attr.Value{
			"bucket_arn":          types.StringPointerValue(destination.Bucket),
			"storage_class":       optionalString(string(destination.StorageClass)),
			"account_id":          types.StringPointerValue(destination.Account),
			"replica_kms_key_arn": key,
		}),
		ReplicationTimeControl:       types.BoolValue(orZero(destination.ReplicationTime).Status == s3types.ReplicationTimeStatusEnabled),
		DeleteMarkerReplication:      types.BoolValue(orZero(rule.DeleteMarkerReplication).Status == s3types.DeleteMarkerReplicationStatusEnabled),
		ReplicateKMSEncryptedObjects: types.BoolValue(orZero(selection.SseKmsEncryptedObjects).Status == s3types.SseKmsEncryptedObjectsStatusEnabled),
	}
}

// flattenReplicationFilter gives null for a rule for all objects.
func flattenReplicationFilter(rule s3types.ReplicationRule) types.Object {
	c := conditions{prefix: aws.ToString(rule.Prefix)} //nolint:staticcheck // deprecated, yet old rules have it
	if f := rule.Filter; f != nil {
		c.prefix = aws.ToString(f.Prefix)
		if f.Tag != nil {
			c.tags = filterTags(*f.Tag)
		}
		if f.And != nil {
			c.prefix, c.tags = aws.ToString(f.And.Prefix), filterTags(f.And.Tags...)
		}
	}
	if c.count() == 0 {
		return types.ObjectNull(replicationFilterType)
	}
	return types.ObjectValueMust(replicationFilterType, map[string]attr.Value{"prefix": c.prefixValue(), "tags": c.tagsValue()})
}

// warnOfOtherSettings tells of what a rule has beyond the attributes, which no plan
// can show.
func warnOfOtherSettings(ctx context.Context, bucket string, model replicationRuleModel, rule s3types.ReplicationRule, diags *diag.Diagnostics) {
	if s3bucket.EqualReplicationRule(model.expand(ctx, diags), rule) {
		return
	}
	diags.AddWarning(replicationUnmanaged.summary("The replication of the bucket %s has settings that are not managed here, in the rule %s", bucket, aws.ToString(rule.ID)),
		"The rule "+aws.ToString(rule.ID)+" of the bucket "+bucket+" has settings that fovea_bucket_replication has no argument for, "+
			"such as replica modification sync, existing object replication or a new owner of the copies. The next change of any rule removes them.")
}

// orZero gives what S3 means by an element that it leaves out: off.
func orZero[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
