package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
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
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.ARN("cloudfront", "distribution/"))},
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
