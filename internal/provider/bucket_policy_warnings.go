package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// warnOfPublicPolicy tells of statements that let everyone in.
func warnOfPublicPolicy(bucket, document string, diags *diag.Diagnostics) {
	public := iampolicy.Public(document)
	if len(public) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("source_policy_documents"), policyPublic.summary("The policy of the bucket %s lets everyone in", bucket),
		"Without any condition, these statements are for the whole internet: "+strings.Join(public, ", ")+". "+
			"FOVEA plays videos through presigned URLs and needs no public bucket. S3 refuses such a policy while block_public_policy is true.")
}

// warnOfLockout tells of a policy that refuses the provider itself, on a server that
// heeds it.
func (r *bucketPolicy) warnOfLockout(m bucketPolicyModel, diags *diag.Diagnostics) {
	if !m.DenyInsecureTransport.ValueBool() || !r.clients.WithoutTLS() {
		return
	}
	diags.AddAttributeWarning(path.Root("deny_insecure_transport"), policyLocksOut.summary("The policy of the bucket %s may lock the provider out", nameOf(m.Bucket)),
		"The provider's S3 endpoint begins with http://, and the policy denies whatever comes without TLS. "+
			"A server that heeds it refuses this provider, and everyone else at that endpoint, from then on: even the policy cannot be removed there. "+
			"Use an https:// endpoint, or set deny_insecure_transport to false.")
}

// warnOfReplaced tells of statements that a new resource removes: they are in no
// state, so that no plan can show it.
func (r *bucketPolicy) warnOfReplaced(ctx context.Context, m bucketPolicyModel, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	there, err := r.buckets.Policy(ctx, bucket)
	if err != nil {
		return // there is none, or the apply meets the same error
	}
	warnOfTakeover("policy", "statements", bucket, iampolicy.Lost(there, m.Policy.ValueString()), diags)
}
