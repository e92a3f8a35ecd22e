package provider

import (
	"context"
	"errors"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure   = (*bucketCORS)(nil)
	_ resource.ResourceWithIdentity    = (*bucketCORS)(nil)
	_ resource.ResourceWithImportState = (*bucketCORS)(nil)
	_ resource.ResourceWithModifyPlan  = (*bucketCORS)(nil)
)

type bucketCORS struct{ resourceBase }

func newBucketCORS() resource.Resource { return &bucketCORS{} }

func (r *bucketCORS) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_cors"
}

func (r *bucketCORS) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *bucketCORS) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The CORS rules of a bucket, which let the app in a browser read videos from S3 through presigned URLs. " +
			"It owns all rules of the bucket: a rule that is not configured here is shown as a removal and then removed.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Name of the bucket."),
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"rules": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "The rules, at most 100, in a document of 64 KiB at most. The first that matches a request applies.",
				Validators:          []validator.List{listvalidator.SizeBetween(1, 100), listvalidator.NoNullValues()},
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewList(corsRulesTogether{})},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"allowed_origins": unorderedStrings(schema.ListAttribute{
						Required:            true,
						MarkdownDescription: "Origins of the app, such as `https://fovea.example.com`, without a path or a slash at the end. At most one `*` each.",
						Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.Origin())},
					}),
					"allowed_methods": unorderedStrings(schema.ListAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Methods, of `GET`, `HEAD`, `PUT`, `POST` and `DELETE`. Default: `GET` and `HEAD`.",
						Default:             listdefault.StaticValue(listOf([]string{"GET", "HEAD"})),
						Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.CORSMethod())},
					}),
					"allowed_headers": unorderedStrings(schema.ListAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Request headers that a preflight may ask for, at most one `*` each. Default: all.",
						Default:             listdefault.StaticValue(listOf([]string{"*"})),
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.CORSHeader())},
					}),
					"expose_headers": unorderedStrings(schema.ListAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Response headers that scripts may read. Default: `ETag`, `Content-Length`, `Content-Range` and `Accept-Ranges`, which players need to seek.",
						Default:             listdefault.StaticValue(listOf([]string{"ETag", "Content-Length", "Content-Range", "Accept-Ranges"})),
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.HeaderName())},
					}),
					"max_age_seconds": schema.Int64Attribute{
						Optional: true, Computed: true,
						MarkdownDescription: "How long browsers may remember the answer to a preflight, in seconds. Default: 3600.",
						Default:             int64default.StaticInt64(3600),
						PlanModifiers:       []planmodifier.Int64{tftype.RefuseNewNumber(tftype.Seconds())},
					},
					"id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Name of the rule, at most 255 characters.",
						Validators:          []validator.String{stringvalidator.LengthBetween(1, 255)},
					},
				}},
			},
		},
		Blocks: documentTimeoutsBlocks(ctx),
	}
}

func (r *bucketCORS) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketCORSModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	m.ID = m.Bucket
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketCORS) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketCORSModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	rules, err := r.buckets.CORS(ctx, m.Bucket.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the CORS rules of", m.Bucket.ValueString(), err)
	default:
		m.flatten(rules)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketCORS) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketCORSModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketCORS) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketCORSModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if err := r.buckets.DeleteCORS(ctx, m.Bucket.ValueString()); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "remove the CORS rules of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketCORS) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}

// ModifyPlan says, before a creation, which rules it removes.
func (r *bucketCORS) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil || req.Plan.Raw.IsNull() || !req.State.Raw.IsNull() {
		return
	}
	var bucket types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), bucket)...)
	if resp.Diagnostics.HasError() || bucket.IsUnknown() {
		return
	}
	there, err := r.buckets.CORS(ctx, bucket.ValueString())
	if err != nil {
		return // mostly because there are none; the apply says what else is wrong
	}
	var planned []s3types.CORSRule
	if resp.Plan.Raw.IsFullyKnown() {
		m, ok := decode[bucketCORSModel](ctx, resp.Plan, &resp.Diagnostics)
		if !ok {
			return
		}
		planned = m.expand(ctx, &resp.Diagnostics)
	}
	warnOfTakeover("CORS configuration", "rules", bucket.ValueString(), lostRules(there, planned), &resp.Diagnostics)
}

// put writes the rules and reports whether it could.
func (r *bucketCORS) put(ctx context.Context, m bucketCORSModel, diags *diag.Diagnostics) bool {
	rules := m.expand(ctx, diags)
	if diags.HasError() {
		return false
	}
	if err := r.buckets.PutCORS(ctx, m.Bucket.ValueString(), rules); err != nil {
		awsdiag.Add(diags, "write the CORS rules of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}
