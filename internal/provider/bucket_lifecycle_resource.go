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
	_ resource.ResourceWithConfigure      = (*bucketLifecycle)(nil)
	_ resource.ResourceWithIdentity       = (*bucketLifecycle)(nil)
	_ resource.ResourceWithImportState    = (*bucketLifecycle)(nil)
	_ resource.ResourceWithModifyPlan     = (*bucketLifecycle)(nil)
	_ resource.ResourceWithValidateConfig = (*bucketLifecycle)(nil)
)

type bucketLifecycle struct{ resourceBase }

func newBucketLifecycle() resource.Resource { return &bucketLifecycle{} }

func (r *bucketLifecycle) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_lifecycle"
}

func (r *bucketLifecycle) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *bucketLifecycle) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = bucketLifecycleSchema(ctx)
}

func (r *bucketLifecycle) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketLifecycleModel](ctx, req.Plan, &resp.Diagnostics)
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

func (r *bucketLifecycle) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketLifecycleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	lifecycle, err := r.buckets.Lifecycle(ctx, m.Bucket.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the lifecycle rules of", m.Bucket.ValueString(), err)
	default:
		m.flatten(lifecycle)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketLifecycle) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketLifecycleModel](ctx, req.Plan, &resp.Diagnostics)
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

func (r *bucketLifecycle) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketLifecycleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if err := r.buckets.DeleteLifecycle(ctx, m.Bucket.ValueString()); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "remove the lifecycle rules of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketLifecycle) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}

// put writes the rules and reports whether it could.
func (r *bucketLifecycle) put(ctx context.Context, m bucketLifecycleModel, diags *diag.Diagnostics) bool {
	lifecycle := m.expand(diags)
	if diags.HasError() {
		return false
	}
	if err := r.buckets.PutLifecycle(ctx, m.Bucket.ValueString(), lifecycle); err != nil {
		awsdiag.Add(diags, "write the lifecycle rules of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}
