package provider

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

func newBucketPolicy() resource.Resource {
	return &bucketDocument[bucketPolicyModel, *bucketPolicyModel, string]{
		typeName:    "fovea_bucket_policy",
		document:    s3bucket.Policy,
		awsType:     "aws_s3_bucket_policy",
		inPlaceOnly: true,
		schema:      bucketPolicySchema,
		plan:        planBucketPolicy,
		planDestroy: planNoBucketPolicy,
	}
}

func bucketPolicySchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The policy of a bucket: TLS only, and what CloudFront, S3's services for logs and inventories, and others may do. " +
			"It owns the whole policy: a statement that is not configured here is shown as a removal and then removed. It is changed in place, never deleted first.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"deny_insecure_transport": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Refuse every request that comes without TLS. Default: `true`.",
				Default:             booldefault.StaticBool(true),
			},
			"cloudfront_distribution_arns": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "CloudFront distributions that may get objects, by origin access control. Default: none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(distributionInvalid.validator(tftype.DistributionARN()))},
			}),
			"access_log_source_arns": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Buckets of this account whose access logs this bucket takes, for the target of `fovea_bucket_logging`. Default: none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.BucketARN())},
			}),
			"inventory_source_arns": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Buckets of this account whose inventories this bucket takes, for the destination of `fovea_bucket_inventory`. Default: none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.BucketARN())},
			}),
			"source_policy_documents": schema.ListAttribute{
				Optional: true, Computed: true,
				ElementType:         types.StringType,
				MarkdownDescription: "Policies, as JSON, whose statements are added, such as the `json` of an `aws_iam_policy_document`. Default: none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				Validators:          []validator.List{listvalidator.ValueStringsAre(tftype.JSONObject())},
			},
			"policy": schema.StringAttribute{Computed: true, MarkdownDescription: "The whole policy, as JSON."},
		},
	}
}

// planBucketPolicy works out the policy, and warns of what its diff does not say.
func planBucketPolicy(ctx context.Context, p *providerData, state tfsdk.State, plan *tfsdk.Plan, diags *diag.Diagnostics) {
	if p == nil {
		return
	}
	m, ok := decode[bucketPolicyModel](ctx, plan, diags)
	if !ok {
		return
	}
	if !state.Raw.IsNull() {
		before, ok := decode[bucketPolicyModel](ctx, state, diags)
		if !ok {
			return
		}
		m.Policy = before.Policy
		m.keepDocuments(ctx, before.SourcePolicyDocuments, p.clients.Partition, diags)
	}
	before := m.Policy
	m.plan(ctx, p.clients.Partition, p.clients.AccountID, diags)
	if !m.Policy.Equal(before) {
		p.warnOfPolicyLosses(nameOf(m.Bucket), before.ValueString(), m.Policy, diags)
		warnOfPublicPolicy(nameOf(m.Bucket), m.Policy.ValueString(), diags)
		p.warnOfLockout(m, diags)
	}
	diags.Append(plan.Set(ctx, &m)...)
}

// planNoBucketPolicy warns of access that ends with the policy.
func planNoBucketPolicy(ctx context.Context, p *providerData, state tfsdk.State, diags *diag.Diagnostics) {
	if before, ok := decode[bucketPolicyModel](ctx, state, diags); ok {
		p.warnOfPolicyLosses(before.Bucket.ValueString(), before.Policy.ValueString(), types.StringValue(""), diags)
	}
}

// maxBucketPolicy is S3's limit, in bytes.
const maxBucketPolicy = 20 << 10

type bucketPolicyModel struct {
	documentFields
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

// expand puts the policy together if the plan could not.
func (m *bucketPolicyModel) expand(ctx context.Context, p *providerData, diags *diag.Diagnostics) string {
	if m.Policy.IsUnknown() {
		m.plan(ctx, p.clients.Partition, p.clients.AccountID, diags)
	}
	return m.Policy.ValueString()
}

// flatten takes over a policy that changed, and after an import finds out what it
// is made of.
func (m *bucketPolicyModel) flatten(_ context.Context, p *providerData, document string, diags *diag.Diagnostics) {
	if !iampolicy.Equivalent(document, m.Policy.ValueString()) {
		m.Policy = types.StringValue(document)
	}
	if !m.DenyInsecureTransport.IsNull() {
		return
	}
	found, err := iampolicy.RecognizeBucketPolicy(p.clients.Partition, m.Bucket.ValueString(), document)
	if err != nil {
		diags.AddWarning(policyNotRecognized.summary("The policy of the bucket %s could not be taken apart", nameOf(m.Bucket)), "The next plan replaces it by what is configured: "+err.Error()+".")
	}
	m.DenyInsecureTransport = types.BoolValue(found.DenyInsecureTransport)
	m.CloudFrontDistributionARNs = tftype.NewUnorderedStrings(found.CloudFrontDistributionARNs)
	m.AccessLogSourceARNs = tftype.NewUnorderedStrings(found.AccessLogSourceARNs)
	m.InventorySourceARNs = tftype.NewUnorderedStrings(found.InventorySourceARNs)
	m.SourcePolicyDocuments = listOf(found.SourceDocuments)
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

// warnOfLockout tells of a policy that refuses the provider itself, on a server that
// heeds it.
func (p *providerData) warnOfLockout(m bucketPolicyModel, diags *diag.Diagnostics) {
	if !m.DenyInsecureTransport.ValueBool() || !p.clients.WithoutTLS() {
		return
	}
	diags.AddAttributeWarning(path.Root("deny_insecure_transport"), policyLocksOut.summary("The policy of the bucket %s may lock the provider out", nameOf(m.Bucket)),
		"The provider's S3 endpoint begins with http://, and the policy denies whatever comes without TLS. "+
			"A server that heeds it refuses this provider, and everyone else at that endpoint, from then on: even the policy cannot be removed there. "+
			"Use an https:// endpoint, or set deny_insecure_transport to false.")
}
