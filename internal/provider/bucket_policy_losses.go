package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy/effect"
)

// What a plan of a bucket policy takes away, or lets in, and its diff does not say.

// planNoBucketPolicy warns of access that ends with the policy.
func planNoBucketPolicy(ctx context.Context, p *providerData, state tfsdk.State, diags *diag.Diagnostics) {
	if before, ok := decode[bucketPolicyModel](ctx, state, diags); ok {
		p.warnOfStatements(before.Bucket.ValueString(), before.Policy.ValueString(), types.StringValue(""), true, diags)
	}
}

// warnOfPolicyLosses warns of access that the policy before took part in, and that the
// planned one does not. Services that are not known yet can only be let in: what is known
// of the plan decides, and a loss is not certain.
func (p *providerData) warnOfPolicyLosses(ctx context.Context, m bucketPolicyModel, before string, diags *diag.Diagnostics) {
	if p.walk.entry(videoBucketObject(m.Bucket.ValueString())).createPlans > 0 {
		return // nobody reads a bucket that this plan creates
	}
	after, certain := m.Policy, true
	if part, ok := m.knownPart(); ok && after.IsUnknown() {
		if text, err := part.json(ctx, p.clients.Partition, p.clients.AccountID, diags); err == nil {
			after, certain = types.StringValue(text), false
		}
	}
	p.warnOfStatements(nameOf(m.Bucket), before, after, certain, diags)
}

// warnOfStatements compares two bucket policies, as JSON, "" for none.
//
// The statement of deny_insecure_transport is no loss, since warnOfLockout speaks of it.
func (p *providerData) warnOfStatements(bucket, before string, after types.String, certain bool, diags *diag.Diagnostics) {
	losses, err := effect.Compare(effect.Subject{Anyone: true, BucketAccount: p.clients.AccountID, Partition: p.clients.Partition},
		effect.Documents{Buckets: map[string]string{bucket: before}},
		effect.Documents{Buckets: map[string]string{bucket: documentOf(after)}},
		effect.Scope{Bucket: bucket})
	if err != nil {
		return
	}
	ours := p.deniesInsecureTransport(bucket, after.ValueString())
	losses = slices.DeleteFunc(losses, func(l effect.Loss) bool {
		return ours && l.Cause.Reason == effect.Denied && l.Cause.Sid == iampolicy.SidDenyInsecureTransport
	})
	for i := range losses {
		losses[i].Certain = losses[i].Certain && certain
	}
	warnOfLosses("With the policy of the bucket "+bucket+", others", losses, diags)
}

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

// deniesInsecureTransport reports whether a policy has the statement of
// deny_insecure_transport, and not only one of its Sid.
func (p *providerData) deniesInsecureTransport(bucket, document string) bool {
	found, err := iampolicy.RecognizeBucketPolicy(p.clients.Partition, bucket, document)
	return err == nil && found.DenyInsecureTransport
}

// warnOfLockout tells of a policy that may deny all readers, and the provider too,
// because the server sees no TLS.
func (p *providerData) warnOfLockout(m bucketPolicyModel, diags *diag.Diagnostics) {
	if !m.DenyInsecureTransport.ValueBool() || p.clients.AtAWS() && !p.clients.WithoutTLS() {
		return
	}
	detail := "deny_insecure_transport denies every request that reaches the server without TLS. The server judges by the connection that it sees itself: " +
		"at an http:// endpoint, or behind a proxy that ends TLS, it denies every reader. " +
		"FOVEA treats a denied listing as an empty bucket, and deletes the annotations of all videos. An administrator, to whom the policy may not apply, notices nothing.\n\n" +
		"Set deny_insecure_transport to false, unless FOVEA and all others reach the server itself with https://."
	if p.clients.WithoutTLS() {
		detail += " The provider's own S3 endpoint begins with http://: a server that applies the policy to this provider denies it everything from then on, the removal of the policy too."
	}
	diags.AddAttributeWarning(path.Root("deny_insecure_transport"), policyLocksOut.summary("The policy of the bucket %s may lock FOVEA out", nameOf(m.Bucket)), detail)
}
