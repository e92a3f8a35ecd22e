package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// validateBucketReplication checks what several attributes say together.
func validateBucketReplication(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	m, ok := decode[bucketReplicationModel](ctx, config, diags)
	if !ok {
		return
	}
	var (
		ids        = map[string]int{}
		priorities = map[int64]int{}
		rules      = m.rules(ctx, diags)
		wrong      diag.Diagnostics
	)
	for i := range m.Rules.Elements() {
		rule, known := rules[i]
		if !known {
			continue
		}
		at := path.Root("rules").AtListIndex(i)
		rule.validateID(at, ids, i, &wrong)
		rule.validatePriority(at, priorities, i, &wrong)
		rule.validateFilter(ctx, at, &wrong)
		rule.validateDestination(ctx, m.Bucket, at, &wrong)
	}
	replicationInvalid.about("The replication of the bucket "+nameOf(m.Bucket), wrong, diags)
}

func (r replicationRuleModel) validateID(at path.Path, seen map[string]int, i int, diags *diag.Diagnostics) {
	if r.ID.IsUnknown() {
		return
	}
	id, hint := r.ID.ValueString(), ""
	if r.ID.IsNull() {
		id, hint = defaultReplicationRuleID, " It is the default."
	}
	if first, taken := seen[id]; taken {
		diags.AddAttributeError(at.AtName("id"), "Two rules with one id",
			fmt.Sprintf("rules[%d] and rules[%d] both have the id %q.%s Give each rule an id of its own.", first, i, id, hint))
		return
	}
	seen[id] = i
}

func (r replicationRuleModel) validatePriority(at path.Path, seen map[int64]int, i int, diags *diag.Diagnostics) {
	if r.Priority.IsUnknown() {
		return
	}
	priority, hint := r.Priority.ValueInt64(), ""
	if r.Priority.IsNull() {
		priority, hint = defaultReplicationPriority, " It is the default."
	}
	if first, taken := seen[priority]; taken {
		diags.AddAttributeError(at.AtName("priority"), "Two rules with one priority",
			fmt.Sprintf("rules[%d] and rules[%d] both have the priority %d.%s Give each rule a priority of its own.", first, i, priority, hint))
		return
	}
	seen[priority] = i
}

func (r replicationRuleModel) validateFilter(ctx context.Context, at path.Path, diags *diag.Diagnostics) {
	filter, ok := object[replicationFilterModel](ctx, r.Filter, diags)
	if ok && len(filter.Tags.Elements()) > 0 && r.DeleteMarkerReplication.ValueBool() {
		diags.AddAttributeError(at.AtName("delete_marker_replication"), "Delete markers have no tags",
			"S3 does not replicate delete markers by a rule that selects objects by tags. Set delete_marker_replication to false, or select by prefix.")
	}
}

func (r replicationRuleModel) validateDestination(ctx context.Context, source types.String, at path.Path, diags *diag.Diagnostics) {
	destination, ok := object[replicationDestinationModel](ctx, r.Destination, diags)
	if !ok {
		return
	}
	to := at.AtName("destination")
	if _, name, _ := strings.Cut(destination.BucketARN.ValueString(), ":::"); name != "" && name == source.ValueString() {
		diags.AddAttributeError(to.AtName("bucket_arn"), "Replication of a bucket to itself",
			fmt.Sprintf("%q is the source. Name another bucket, best in another region.", name))
	}
	if r.ReplicateKMSEncryptedObjects.IsUnknown() || destination.ReplicaKMSKeyARN.IsUnknown() {
		return
	}
	switch wanted, key := r.ReplicateKMSEncryptedObjects.ValueBool(), !destination.ReplicaKMSKeyARN.IsNull(); {
	case wanted && !key:
		diags.AddAttributeError(at.AtName("replicate_kms_encrypted_objects"), "No KMS key for the copies",
			"Copies of objects that a KMS key encrypts need a key in the destination's region. Set replica_kms_key_arn of the destination.")
	case key && !wanted:
		diags.AddAttributeError(to.AtName("replica_kms_key_arn"), "A KMS key without objects to use it for",
			"S3 takes this key only for copies of objects that a KMS key encrypts. Set replicate_kms_encrypted_objects of the rule to true, or leave the key out.")
	}
}

// planBucketReplication warns of what a new configuration does that its diff does not
// say.
func planBucketReplication(ctx context.Context, _ *providerData, change documentChange, diags *diag.Diagnostics) {
	if change.plan.Raw.Equal(change.state.Raw) {
		return
	}
	if m, ok := decode[bucketReplicationModel](ctx, change.plan, diags); ok {
		m.warnOfArchives(ctx, diags)
	}
}

// warnOfArchives tells of copies that do not play.
func (m bucketReplicationModel) warnOfArchives(ctx context.Context, diags *diag.Diagnostics) {
	rules := m.rules(ctx, diags)
	for i := range m.Rules.Elements() {
		destination, _ := object[replicationDestinationModel](ctx, rules[i].Destination, diags)
		class := destination.StorageClass.ValueString()
		if s3wire.Archived(class) {
			diags.AddAttributeWarning(path.Root("rules").AtListIndex(i).AtName("destination").AtName("storage_class"), videosArchived.summary("The replication of the bucket %s: Copies that do not play, by the rule %s", nameOf(m.Bucket), rules[i].ID.ValueString()),
				"Videos in "+class+" are listed, but do not play until they are restored, which takes hours. GLACIER_IR costs little more and plays at once.")
		}
	}
}

const s3Service = "s3.amazonaws.com"

// checkReplicationRole refuses a role that S3 cannot assume. S3 itself may accept it, and then
// copies nothing. A role that cannot be looked at is left to S3.
func checkReplicationRole(ctx context.Context, p *providerData, m bucketReplicationModel, diags *diag.Diagnostics) {
	parsed, err := arn.Parse(m.RoleARN.ValueString())
	if err != nil || parsed.AccountID != p.clients.AccountID {
		return
	}
	name := parsed.Resource[strings.LastIndex(parsed.Resource, "/")+1:]
	role, err := p.iam.Role(ctx, name)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		diags.AddAttributeError(path.Root("role_arn"), replicationRoleUnusable.summary("The replication of the bucket %s: There is no role %s", m.Bucket.ValueString(), name),
			fmt.Sprintf("The replication of %s is to assume %s, which does not exist. Make it first, for example with fovea_replication_role, and refer to its arn.", m.Bucket.ValueString(), m.RoleARN.ValueString()))
	case err == nil && !iampolicy.TrustsService(role.TrustPolicy, s3Service):
		diags.AddAttributeError(path.Root("role_arn"), replicationRoleUnusable.summary("The replication of the bucket %s: S3 cannot assume the role %s", m.Bucket.ValueString(), name),
			fmt.Sprintf("The replication of %s is to assume %s, whose trust policy does not let S3 in: %s\n\n"+
				"Let it allow sts:AssumeRole to the service %s, as that of a fovea_replication_role does.", m.Bucket.ValueString(), m.RoleARN.ValueString(), role.TrustPolicy, s3Service))
	}
}
