package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

var (
	_ resource.ResourceWithConfigure   = (*bucketIntelligentTiering)(nil)
	_ resource.ResourceWithIdentity    = (*bucketIntelligentTiering)(nil)
	_ resource.ResourceWithImportState = (*bucketIntelligentTiering)(nil)
	_ resource.ResourceWithModifyPlan  = (*bucketIntelligentTiering)(nil)
)

type bucketIntelligentTiering struct{ resourceBase }

func newBucketIntelligentTiering() resource.Resource { return &bucketIntelligentTiering{} }

func (r *bucketIntelligentTiering) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_intelligent_tiering"
}

func (r *bucketIntelligentTiering) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketNameIdentitySchema()
}

func (r *bucketIntelligentTiering) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = bucketIntelligentTieringSchema(ctx)
}

func (r *bucketIntelligentTiering) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketIntelligentTieringModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	m.ID = m.identity().id()
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketIntelligentTiering) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketIntelligentTieringModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	tiering, err := r.buckets.IntelligentTiering(ctx, m.Bucket.ValueString(), m.Name.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the Intelligent-Tiering configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
	default:
		m.flatten(tiering)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketIntelligentTiering) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketIntelligentTieringModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketIntelligentTiering) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketIntelligentTieringModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	err := r.buckets.DeleteIntelligentTiering(ctx, m.Bucket.ValueString(), m.Name.ValueString())
	if err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "remove the Intelligent-Tiering configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketIntelligentTiering) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucketName(ctx, defaultTieringName, req, resp)
}

// put writes the configuration and reports whether it could.
func (r *bucketIntelligentTiering) put(ctx context.Context, m bucketIntelligentTieringModel, diags *diag.Diagnostics) bool {
	if err := r.buckets.PutIntelligentTiering(ctx, m.Bucket.ValueString(), m.expand()); err != nil {
		awsdiag.Add(diags, "write the Intelligent-Tiering configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}
