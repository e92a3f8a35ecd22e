package provider

import (
	"context"
	"fmt"
	"strings"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ValidateConfig checks what several attributes say together.
func (r *bucketReplication) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	var (
		ids        = map[string]int{}
		priorities = map[int64]int{}
		rules      = m.rules(ctx, &resp.Diagnostics)
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
	replicationInvalid.about("The replication of the bucket "+nameOf(m.Bucket), wrong, &resp.Diagnostics)
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

// warnOfArchives tells of copies that do not play.
func (m bucketReplicationModel) warnOfArchives(ctx context.Context, diags *diag.Diagnostics) {
	rules := m.rules(ctx, diags)
	for i := range m.Rules.Elements() {
		destination, _ := object[replicationDestinationModel](ctx, rules[i].Destination, diags)
		class := destination.StorageClass.ValueString()
		if class == string(s3types.StorageClassGlacier) || class == string(s3types.StorageClassDeepArchive) {
			diags.AddAttributeWarning(path.Root("rules").AtListIndex(i).AtName("destination").AtName("storage_class"), videosArchived.summary("The replication of the bucket %s: Copies that do not play, by the rule %s", nameOf(m.Bucket), rules[i].ID.ValueString()),
				"Videos in "+class+" are listed, but do not play until they are restored, which takes hours. GLACIER_IR costs little more and plays at once.")
		}
	}
}
