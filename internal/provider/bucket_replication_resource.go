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
	_ resource.ResourceWithConfigure      = (*bucketReplication)(nil)
	_ resource.ResourceWithIdentity       = (*bucketReplication)(nil)
	_ resource.ResourceWithImportState    = (*bucketReplication)(nil)
	_ resource.ResourceWithModifyPlan     = (*bucketReplication)(nil)
	_ resource.ResourceWithValidateConfig = (*bucketReplication)(nil)
)

type bucketReplication struct{ resourceBase }

func newBucketReplication() resource.Resource { return &bucketReplication{} }

func (r *bucketReplication) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_replication"
}

func (r *bucketReplication) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *bucketReplication) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = bucketReplicationSchema(ctx)
}

func (r *bucketReplication) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.Plan, &resp.Diagnostics)
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

func (r *bucketReplication) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	replication, err := r.buckets.Replication(ctx, m.Bucket.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the replication of", m.Bucket.ValueString(), err)
	default:
		m.flatten(ctx, replication, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketReplication) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.Plan, &resp.Diagnostics)
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

func (r *bucketReplication) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if err := r.buckets.DeleteReplication(ctx, m.Bucket.ValueString()); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "end the replication of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketReplication) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}

// ModifyPlan warns of what a new configuration does that its diff does not say.
func (r *bucketReplication) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	m, ok := decode[bucketReplicationModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.warnOfArchives(ctx, &resp.Diagnostics)
	if req.State.Raw.IsNull() && r.providerData != nil && !m.Bucket.IsUnknown() {
		r.warnOfReplaced(ctx, m, &resp.Diagnostics)
	}
}

// put writes the configuration and reports whether it could.
func (r *bucketReplication) put(ctx context.Context, m bucketReplicationModel, diags *diag.Diagnostics) bool {
	replication := m.expand(ctx, diags)
	r.checkRole(ctx, m, diags)
	if diags.HasError() {
		return false
	}
	if err := r.buckets.PutReplication(ctx, m.Bucket.ValueString(), replication); err != nil {
		awsdiag.AddAttribute(diags, faultOfReplication(m, err), "set up the replication of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}
