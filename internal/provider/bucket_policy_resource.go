package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
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
				MarkdownDescription: "Deny every request that reaches the server without TLS. Defaults to `true` for a new policy at an endpoint of AWS, and to `false` at every other endpoint; a policy that exists, or is imported, keeps what it has. " +
					"The server judges by the connection that it sees itself: at an `http://` endpoint, or behind a proxy that ends TLS, it would deny every reader, FOVEA too.",
			},
			"cloudfront_distribution_arns": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "CloudFront distributions that may get objects, by origin access control. Defaults to none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(distributionInvalid.validator(tftype.DistributionARN()))},
			}),
			"access_log_source_arns": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Buckets of this account whose access logs this bucket takes, for the target of `fovea_bucket_logging`. Defaults to none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.BucketARN())},
			}),
			"inventory_source_arns": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Buckets of this account whose inventories this bucket takes, for the destination of `fovea_bucket_inventory`. Defaults to none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.BucketARN())},
			}),
			"source_policy_documents": schema.ListAttribute{
				Optional: true, Computed: true,
				ElementType:         types.StringType,
				MarkdownDescription: "Policies, as JSON, whose statements are added, such as the `json` of an `aws_iam_policy_document`. Defaults to none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				Validators:          []validator.List{listvalidator.ValueStringsAre(tftype.JSONObject())},
			},
			"policy": schema.StringAttribute{Computed: true, MarkdownDescription: "The whole policy, as JSON."},
		},
	}
}

// planBucketPolicy works out the policy, and warns of what its diff does not say.
func planBucketPolicy(ctx context.Context, p *providerData, change documentChange, diags *diag.Diagnostics) {
	var configured types.Bool
	diags.Append(change.config.GetAttribute(ctx, path.Root("deny_insecure_transport"), &configured)...)
	m, ok := decode[bucketPolicyModel](ctx, change.plan, diags)
	if !ok {
		return
	}
	var before bucketPolicyModel
	if !change.state.Raw.IsNull() {
		if before, ok = decode[bucketPolicyModel](ctx, change.state, diags); !ok {
			return
		}
	}
	if configured.IsNull() {
		m.DenyInsecureTransport = before.transport(p)
	}
	if p == nil {
		diags.Append(change.plan.SetAttribute(ctx, path.Root("deny_insecure_transport"), m.DenyInsecureTransport)...)
		return
	}
	if !change.state.Raw.IsNull() {
		m.Policy = before.Policy
		m.keepDocuments(ctx, before.SourcePolicyDocuments, p.clients.Partition, diags)
	}
	m.plan(ctx, p.clients, diags)
	if !m.Policy.Equal(before.Policy) {
		p.warnOfPolicyLosses(ctx, m, before.Policy.ValueString(), diags)
		warnOfPublicPolicy(nameOf(m.Bucket), m.Policy.ValueString(), diags)
	}
	if !p.deniesInsecureTransport(m.Bucket.ValueString(), before.Policy.ValueString()) {
		p.warnOfLockout(m, diags)
	}
	diags.Append(change.plan.Set(ctx, &m)...)
}

// transport is the value of deny_insecure_transport that is not configured: that of the
// policy as it is, or the default of a new one, which is unknown while the endpoint is.
func (m *bucketPolicyModel) transport(p *providerData) types.Bool {
	switch {
	case !m.DenyInsecureTransport.IsNull():
		return m.DenyInsecureTransport
	case p == nil:
		return types.BoolUnknown()
	}
	return types.BoolValue(p.clients.AtAWS())
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
	return !m.Bucket.IsUnknown() && !m.DenyInsecureTransport.IsUnknown() &&
		known(m.CloudFrontDistributionARNs) && known(m.AccessLogSourceARNs) && known(m.InventorySourceARNs) && known(m.SourcePolicyDocuments)
}

func known(list elements) bool {
	return !list.IsUnknown() && len(knownStrings(list)) == len(list.Elements())
}

// knownPart is the model without the services that are not known yet. ok is false if
// anything else is not known.
func (m bucketPolicyModel) knownPart() (part bucketPolicyModel, ok bool) {
	if m.Bucket.IsUnknown() || !known(m.SourcePolicyDocuments) {
		return m, false
	}
	if m.DenyInsecureTransport.IsUnknown() {
		m.DenyInsecureTransport = types.BoolValue(false)
	}
	for _, list := range []*tftype.UnorderedStrings{&m.CloudFrontDistributionARNs, &m.AccessLogSourceARNs, &m.InventorySourceARNs} {
		*list = tftype.NewUnorderedStrings(knownStrings(*list))
	}
	return m, true
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
func (m *bucketPolicyModel) plan(ctx context.Context, clients *awsclient.Clients, diags *diag.Diagnostics) {
	if !m.known() {
		m.Policy = types.StringUnknown()
		return
	}
	text, err := m.json(ctx, clients.Partition, clients.AccountID, diags)
	switch {
	case err != nil:
		diags.AddAttributeError(path.Root("source_policy_documents"), policyInvalid.summary("The policy of the bucket %s: Invalid policy document", nameOf(m.Bucket)), "The policy cannot be put together: "+err.Error()+".")
	case text == "":
		why := ""
		if !clients.AtAWS() {
			why = " deny_insecure_transport defaults to false for a new policy here, because the S3 endpoint is not one of AWS. Set it to true only if every request reaches the server itself by https://."
		}
		diags.AddAttributeError(path.Root("deny_insecure_transport"), policyInvalid.summary("The policy of the bucket %s would be empty", nameOf(m.Bucket)),
			"S3 takes no policy without statements. Remove this resource (with the module video-storage, set its deny_insecure_transport to false), or let the policy allow something."+why)
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
	if m.DenyInsecureTransport.IsUnknown() {
		m.DenyInsecureTransport = types.BoolValue(p.clients.AtAWS())
	}
	if m.Policy.IsUnknown() {
		m.plan(ctx, p.clients, diags)
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
