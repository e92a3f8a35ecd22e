package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// warnOfPublicPolicy tells of statements that let everyone in.
func warnOfPublicPolicy(document string, diags *diag.Diagnostics) {
	public := iampolicy.Public(document)
	if len(public) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("source_policy_documents"), "The policy lets everyone in",
		"Without any condition, these statements are for the whole internet: "+strings.Join(public, ", ")+". "+
			"FOVEA plays videos through presigned URLs and needs no public bucket. S3 refuses such a policy while block_public_policy is true.")
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
