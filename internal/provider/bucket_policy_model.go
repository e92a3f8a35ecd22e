package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// maxBucketPolicy is S3's limit, in bytes.
const maxBucketPolicy = 20 << 10

type bucketPolicyModel struct {
	documentTimeouts
	ID                         types.String            `tfsdk:"id"`
	Bucket                     types.String            `tfsdk:"bucket"`
	DenyInsecureTransport      types.Bool              `tfsdk:"deny_insecure_transport"`
	CloudFrontDistributionARNs tftype.UnorderedStrings `tfsdk:"cloudfront_distribution_arns"`
	AccessLogSourceARNs        tftype.UnorderedStrings `tfsdk:"access_log_source_arns"`
	InventorySourceARNs        tftype.UnorderedStrings `tfsdk:"inventory_source_arns"`
	SourcePolicyDocuments      types.List              `tfsdk:"source_policy_documents"`
	Policy                     types.String            `tfsdk:"policy"`
}

func (m bucketPolicyModel) known() bool {
	if m.Bucket.IsUnknown() || m.DenyInsecureTransport.IsUnknown() {
		return false
	}
	for _, list := range []elements{m.CloudFrontDistributionARNs, m.AccessLogSourceARNs, m.InventorySourceARNs, m.SourcePolicyDocuments} {
		if list.IsUnknown() || len(knownStrings(list)) < len(list.Elements()) {
			return false
		}
	}
	return true
}

// json puts the policy together.
func (m *bucketPolicyModel) json(ctx context.Context, partition, account string, diags *diag.Diagnostics) (string, error) {
	return iampolicy.BucketPolicy{
		Partition:                  partition,
		Bucket:                     m.Bucket.ValueString(),
		DenyInsecureTransport:      m.DenyInsecureTransport.ValueBool(),
		CloudFrontDistributionARNs: stringsOf(ctx, m.CloudFrontDistributionARNs, diags),
		AccessLogSourceARNs:        stringsOf(ctx, m.AccessLogSourceARNs, diags),
		InventorySourceARNs:        stringsOf(ctx, m.InventorySourceARNs, diags),
		SourceAccount:              account,
		SourceDocuments:            stringsOf(ctx, m.SourcePolicyDocuments, diags),
	}.JSON()
}

// plan works out the policy. One that means the same as before stays as it is.
func (m *bucketPolicyModel) plan(ctx context.Context, partition, account string, diags *diag.Diagnostics) {
	if !m.known() {
		m.Policy = types.StringUnknown()
		return
	}
	text, err := m.json(ctx, partition, account, diags)
	switch {
	case err != nil:
		diags.AddAttributeError(path.Root("source_policy_documents"), policyInvalid.summary("The policy of the bucket %s: Invalid policy document", nameOf(m.Bucket)), "The policy cannot be put together: "+err.Error()+".")
	case text == "":
		diags.AddAttributeError(path.Root("deny_insecure_transport"), policyInvalid.summary("The policy of the bucket %s would be empty", nameOf(m.Bucket)),
			"S3 takes no policy without statements. Leave deny_insecure_transport at true, allow something, or remove this resource.")
	case len(text) > maxBucketPolicy:
		diags.AddAttributeError(path.Root("source_policy_documents"), policyTooLong.summary("The policy of the bucket %s is too large", nameOf(m.Bucket)),
			"It would have "+strconv.Itoa(len(text))+" bytes, and S3 allows "+strconv.Itoa(maxBucketPolicy)+". Give fewer statements, or patterns that cover several resources.")
	case !iampolicy.Equivalent(text, m.Policy.ValueString()):
		m.Policy = types.StringValue(text)
	}
}

// keepDocuments leaves the source documents as they are in the state when those
// that are configured mean the same: S3 has its own way of writing a policy, and an
// import takes that over.
func (m *bucketPolicyModel) keepDocuments(ctx context.Context, before types.List, partition string, diags *diag.Diagnostics) {
	if !m.known() {
		return
	}
	kept := *m
	kept.SourcePolicyDocuments = before
	now, err := m.json(ctx, partition, "", diags)
	if err != nil {
		return // plan says why
	}
	if then, err := kept.json(ctx, partition, "", diags); err == nil && iampolicy.Equivalent(then, now) {
		m.SourcePolicyDocuments = before
	}
}

// flatten takes over a policy that changed, and after an import finds out what it
// is made of.
func (m *bucketPolicyModel) flatten(partition, document string, diags *diag.Diagnostics) {
	m.ID = m.Bucket
	if !iampolicy.Equivalent(document, m.Policy.ValueString()) {
		m.Policy = types.StringValue(document)
	}
	if !m.DenyInsecureTransport.IsNull() {
		return
	}
	found, err := iampolicy.RecognizeBucketPolicy(partition, m.Bucket.ValueString(), document)
	if err != nil {
		diags.AddWarning(policyNotRecognized.summary("The policy of the bucket %s could not be taken apart", nameOf(m.Bucket)), "The next plan replaces it by what is configured: "+err.Error()+".")
	}
	m.DenyInsecureTransport = types.BoolValue(found.DenyInsecureTransport)
	m.CloudFrontDistributionARNs = tftype.NewUnorderedStrings(found.CloudFrontDistributionARNs)
	m.AccessLogSourceARNs = tftype.NewUnorderedStrings(found.AccessLogSourceARNs)
	m.InventorySourceARNs = tftype.NewUnorderedStrings(found.InventorySourceARNs)
	m.SourcePolicyDocuments = listOf(found.SourceDocuments)
}
