package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

var (
	_ resource.ResourceWithConfigure   = (*bucketInventory)(nil)
	_ resource.ResourceWithIdentity    = (*bucketInventory)(nil)
	_ resource.ResourceWithImportState = (*bucketInventory)(nil)
)

type bucketInventory struct{ resourceBase }

func newBucketInventory() resource.Resource { return &bucketInventory{} }

func (r *bucketInventory) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_inventory"
}

func (r *bucketInventory) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketNameIdentitySchema()
}

func (r *bucketInventory) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = bucketInventorySchema(ctx)
}

func (r *bucketInventory) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketInventoryModel](ctx, req.Plan, &resp.Diagnostics)
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

func (r *bucketInventory) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketInventoryModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	found, err := r.buckets.Inventory(ctx, m.Bucket.ValueString(), m.Name.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the inventory configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
	default:
		m.flatten(found)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketInventory) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketInventoryModel](ctx, req.Plan, &resp.Diagnostics)
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

func (r *bucketInventory) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketInventoryModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	err := r.buckets.DeleteInventory(ctx, m.Bucket.ValueString(), m.Name.ValueString())
	if err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "remove the inventory configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketInventory) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucketName(ctx, defaultInventoryName, req, resp)
}

// put writes the configuration and reports whether it could.
func (r *bucketInventory) put(ctx context.Context, m bucketInventoryModel, diags *diag.Diagnostics) bool {
	err := r.buckets.PutInventory(ctx, m.Bucket.ValueString(), m.expand())
	operation := "write the inventory configuration " + m.Name.ValueString() + " of"
	switch {
	case err == nil:
		return true
	case awserr.Is(err, "InvalidS3DestinationBucket"):
		err = &inventoryTargetError{m.Bucket.ValueString(), m.Destination.BucketARN.ValueString(), err}
		awsdiag.AddAttribute(diags, path.Root("destination").AtName("bucket_arn"), operation, m.Bucket.ValueString(), err)
	default:
		awsdiag.Add(diags, operation, m.Bucket.ValueString(), err)
	}
	return false
}

// inventoryTargetError says that S3 refuses a bucket as the destination of another's
// inventories.
type inventoryTargetError struct {
	bucket, target string
	err            error // the server's answer
}

// Error implements error.
func (e *inventoryTargetError) Error() string {
	return fmt.Sprintf("%s cannot take inventories of %s: %v", e.target, e.bucket, e.err)
}

// Unwrap gives the server's answer.
func (e *inventoryTargetError) Unwrap() error { return e.err }

// Remedy implements awsdiag.Remedied.
func (e *inventoryTargetError) Remedy() string {
	return fmt.Sprintf("Inventories of %s cannot be delivered to %s. The destination must exist, be in the same region, and belong to the account that account_id names.", e.bucket, e.target)
}
