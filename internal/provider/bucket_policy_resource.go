package provider

import (
	"context"
	"errors"
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
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure   = (*bucketPolicy)(nil)
	_ resource.ResourceWithIdentity    = (*bucketPolicy)(nil)
	_ resource.ResourceWithImportState = (*bucketPolicy)(nil)
	_ resource.ResourceWithModifyPlan  = (*bucketPolicy)(nil)
)

type bucketPolicy struct{ resourceBase }

func newBucketPolicy() resource.Resource { return &bucketPolicy{} }

func (r *bucketPolicy) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_policy"
}

func (r *bucketPolicy) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *bucketPolicy) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The policy of a bucket: TLS only, and what CloudFront, S3's services for logs and inventories, and others may do. " +
			"It owns the whole policy: a statement that is not configured here is shown as a removal and then removed. It is changed in place, never deleted first.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Name of the bucket."),
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
		Blocks: documentTimeoutsBlocks(ctx),
	}
}

func (r *bucketPolicy) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketPolicyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, &m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketPolicy) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketPolicyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	document, err := r.buckets.Policy(ctx, m.Bucket.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the policy of", m.Bucket.ValueString(), err)
	default:
		m.flatten(r.clients.Partition, document, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketPolicy) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketPolicyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, &m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketPolicy) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketPolicyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if err := r.buckets.DeletePolicy(ctx, m.Bucket.ValueString()); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "remove the policy of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketPolicy) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}

// ModifyPlan works out the policy, and warns of what its diff does not say.
func (r *bucketPolicy) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[bucketPolicyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if !req.State.Raw.IsNull() {
		before, ok := decode[bucketPolicyModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		m.Policy = before.Policy
		m.keepDocuments(ctx, before.SourcePolicyDocuments, r.clients.Partition, &resp.Diagnostics)
	}
	before := m.Policy
	m.plan(ctx, r.clients.Partition, r.clients.AccountID, &resp.Diagnostics)
	if !m.Policy.Equal(before) {
		warnOfPublicPolicy(nameOf(m.Bucket), m.Policy.ValueString(), &resp.Diagnostics)
		r.warnOfLockout(m, &resp.Diagnostics)
	}
	if req.State.Raw.IsNull() && !m.Policy.IsUnknown() {
		r.warnOfReplaced(ctx, m, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// put writes the policy and reports whether it could.
func (r *bucketPolicy) put(ctx context.Context, m *bucketPolicyModel, diags *diag.Diagnostics) bool {
	m.ID = m.Bucket
	m.plan(ctx, r.clients.Partition, r.clients.AccountID, diags)
	if diags.HasError() {
		return false
	}
	if err := r.buckets.PutPolicy(ctx, m.Bucket.ValueString(), m.Policy.ValueString()); err != nil {
		awsdiag.Add(diags, "write the policy of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}

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
