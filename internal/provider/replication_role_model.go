package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// defaultReplicationPolicyName names the inline policy of a replication role.
const defaultReplicationPolicyName = "FOVEAReplication"

type replicationRoleModel struct {
	roleModel
	inlinePolicyModel
	SourceBucketARN       types.String            `tfsdk:"source_bucket_arn"`
	DestinationBucketARNs tftype.UnorderedStrings `tfsdk:"destination_bucket_arns"`
	SourceKMSKeyARNs      tftype.UnorderedStrings `tfsdk:"source_kms_key_arns"`
	ReplicaKMSKeyARNs     tftype.UnorderedStrings `tfsdk:"replica_kms_key_arns"`
}

func (m *replicationRoleModel) known() bool {
	for _, list := range []tftype.UnorderedStrings{m.DestinationBucketARNs, m.SourceKMSKeyARNs, m.ReplicaKMSKeyARNs} {
		if list.IsUnknown() || len(knownStrings(list)) < len(list.Elements()) {
			return false
		}
	}
	return !m.SourceBucketARN.IsUnknown()
}

// planDocuments works out the two policies, and checks that the inline one fits.
func (m *replicationRoleModel) planDocuments(ctx context.Context, diags *diag.Diagnostics) {
	trust, err := iampolicy.ReplicationTrust().Policy()
	m.setTrust(documentJSON("role "+nameOf(m.Name), trust, err, path.Root("trust_policy"), diags))
	if !m.known() {
		m.Policy = types.StringUnknown()
		return
	}
	destinations := stringsOf(ctx, m.DestinationBucketARNs, diags)
	if i := slices.Index(destinations, m.SourceBucketARN.ValueString()); i >= 0 {
		diags.AddAttributeError(path.Root("destination_bucket_arns").AtListIndex(i), replicationInvalid.summary("The role %s: Replication of a bucket to itself", nameOf(m.Name)),
			fmt.Sprintf("%q is the source. Name another bucket, best in another region.", destinations[i]))
		return
	}
	document, err := iampolicy.Replication{
		SourceBucketARN:       m.SourceBucketARN.ValueString(),
		DestinationBucketARNs: destinations,
		SourceKMSKeyARNs:      stringsOf(ctx, m.SourceKMSKeyARNs, diags),
		ReplicaKMSKeyARNs:     stringsOf(ctx, m.ReplicaKMSKeyARNs, diags),
	}.Policy()
	text := documentJSON("role "+nameOf(m.Name), document, err, path.Root("policy"), diags)
	if size := visible(text); size > iamaccess.MaxRolePolicies {
		diags.AddAttributeError(path.Root("destination_bucket_arns"), policyTooLong.summary("The policy of the role %s is too long", nameOf(m.Name)),
			fmt.Sprintf("It would have %d characters, and IAM allows %d for all inline policies of a role. Make a role for each of fewer destinations.", size, iamaccess.MaxRolePolicies))
	}
	m.setPolicy(text)
}

// documentJSON encodes a policy that was just made, or says on the attribute why
// there is none.
func documentJSON(of string, document iampolicy.Document, err error, at path.Path, diags *diag.Diagnostics) string {
	if err == nil {
		var text string
		if text, err = document.JSON(); err == nil {
			return text
		}
	}
	diags.AddAttributeError(at, policyInvalid.summary("The policy of the %s cannot be made", of), err.Error())
	return ""
}

// recognize finds out, after an import or a move, which arguments have the inline
// policy that there is, and returns the names of the other inline policies. What
// it cannot find stays null, and so shows in the plan.
func (m *replicationRoleModel) recognize(ctx context.Context, policies *iamaccess.Policies) ([]string, error) {
	others, err := m.find(ctx, policies, defaultReplicationPolicyName, func(document string) bool {
		_, ok := iampolicy.RecognizeReplication(document)
		return ok
	})
	if err != nil {
		return nil, err
	}
	replication, ok := iampolicy.RecognizeReplication(m.Policy.ValueString())
	if !ok {
		return others, nil
	}
	m.SourceBucketARN = types.StringValue(replication.SourceBucketARN)
	m.DestinationBucketARNs = tftype.NewUnorderedStrings(replication.DestinationBucketARNs)
	if len(replication.SourceKMSKeyARNs) > 0 {
		m.SourceKMSKeyARNs = tftype.NewUnorderedStrings(replication.SourceKMSKeyARNs)
	}
	if len(replication.ReplicaKMSKeyARNs) > 0 {
		m.ReplicaKMSKeyARNs = tftype.NewUnorderedStrings(replication.ReplicaKMSKeyARNs)
	}
	return others, nil
}

// guessBuckets takes over the buckets of an imported policy that is not one of ours:
// those of the statements that are known, or else the first that the policy mentions
// as the source, and the others as destinations. A generated configuration without
// them would have no plan.
func (m *replicationRoleModel) guessBuckets(diags *diag.Diagnostics) {
	if !m.SourceBucketARN.IsNull() {
		return
	}
	partly, _ := iampolicy.RecognizeReplication(m.Policy.ValueString())
	isBucket := func(name string) bool { return strings.HasPrefix(name, "arn:") && !strings.ContainsAny(name, "*?/") }
	source := partly.SourceBucketARN
	var destinations []string
	for _, destination := range partly.DestinationBucketARNs {
		if isBucket(destination) && !slices.Contains(destinations, destination) {
			destinations = append(destinations, destination)
		}
	}
	mentioned := iampolicy.BucketARNs(m.Policy.ValueString())
	if !isBucket(source) && len(mentioned) > 0 {
		source = mentioned[0]
	}
	others := func(list []string) []string {
		return slices.DeleteFunc(list, func(name string) bool { return name == source })
	}
	if destinations = others(destinations); len(destinations) == 0 {
		destinations = others(mentioned)
	}
	if !isBucket(source) {
		warnOfMissingBucket("role", m.Name.ValueString(), "source_bucket_arn", diags)
		return
	}
	m.SourceBucketARN = types.StringValue(source)
	if len(destinations) > 0 {
		m.DestinationBucketARNs = tftype.NewUnorderedStrings(destinations)
	}
}
