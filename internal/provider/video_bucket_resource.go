package provider

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

var (
	_ resource.ResourceWithConfigure      = (*videoBucket)(nil)
	_ resource.ResourceWithIdentity       = (*videoBucket)(nil)
	_ resource.ResourceWithImportState    = (*videoBucket)(nil)
	_ resource.ResourceWithModifyPlan     = (*videoBucket)(nil)
	_ resource.ResourceWithValidateConfig = (*videoBucket)(nil)
)

type videoBucket struct{ resourceBase }

func newVideoBucket() resource.Resource { return &videoBucket{} }

func (r *videoBucket) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_video_bucket"
}

func (r *videoBucket) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *videoBucket) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = videoBucketSchema(ctx)
}

func (r *videoBucket) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[videoBucketModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	timeout, problems := m.Timeouts.Create(ctx, 20*time.Minute)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	m.name(r.clients.Now())
	bucket := m.Bucket.ValueString()
	if err := r.buckets.Create(ctx, bucket, m.Region.ValueString()); isTaken(err) {
		addTaken(err, bucket, "", &resp.Diagnostics)
		return
	} else if err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("bucket"), "create the bucket", bucket, err)
		return
	}
	r.walk.noteWrite(videoBucketObject(bucket))
	passed := passedOver{}
	if step := r.write(ctx, &m, nil, passed, &resp.Diagnostics); step != nil {
		r.undo(ctx, bucket, step, &resp.Diagnostics)
		return
	}
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	m.place(r.clients.Partition, cmp.Or(m.Region.ValueString(), r.clients.Region))
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	passed.save(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *videoBucket) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[videoBucketModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.clients.ExpectOwner(m.Bucket.ValueString())
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	timeout, problems := m.Timeouts.Read(ctx, 10*time.Minute)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	passed := passedOverIn(ctx, req.Private, &resp.Diagnostics)
	err := r.refresh(ctx, &m, passed, &resp.Diagnostics)
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the bucket", m.Bucket.ValueString(), err)
	default:
		r.walk.noteRead(videoBucketObject(m.Bucket.ValueString()))
		clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
		passed.save(ctx, resp.Private, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *videoBucket) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[videoBucketModel](ctx, req.Plan, &resp.Diagnostics)
	before, beforeOK := decode[videoBucketModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !beforeOK {
		return
	}
	r.clients.ExpectOwner(m.Bucket.ValueString())
	timeout, problems := m.Timeouts.Update(ctx, 20*time.Minute)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	passed := passedOverIn(ctx, req.Private, &resp.Diagnostics)
	if step := r.write(ctx, &m, &before, passed, &resp.Diagnostics); step != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root(step.attribute), "set "+step.attribute+" of the bucket", m.Bucket.ValueString(), step.err)
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	passed.save(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *videoBucket) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[videoBucketModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.clients.ExpectOwner(m.Bucket.ValueString())
	timeout, problems := m.Timeouts.Delete(ctx, 6*time.Hour)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	bucket := m.Bucket.ValueString()
	var err error
	forced := m.ForceDestroy.ValueBool()
	planned := planMarkOf(ctx, req.Private, &resp.Diagnostics).Destroy
	if forced && planned {
		err = r.buckets.DeleteWithContents(ctx, bucket, func(deleted int64) {
			tflog.Info(ctx, "Emptying the bucket", map[string]any{"bucket": bucket, "deleted_versions": deleted})
		})
	} else {
		err = r.buckets.Delete(ctx, bucket)
	}
	var notEmpty *s3bucket.NotEmptyError
	switch {
	case errors.As(err, &notEmpty) && forced && !planned:
		resp.Diagnostics.AddError(bucketNotEmpty.summary("The bucket %s is not empty", bucket),
			"The bucket was to be replaced, and was filled after the plan. Nothing in it was deleted, although force_destroy is true: that holds for a destroy that the plan has shown. "+
				"To keep the bucket, plan again. To delete everything in it, destroy it in an apply of its own.\n\n"+awsdiag.Detail(notEmpty.Err))
	case errors.As(err, &notEmpty):
		resp.Diagnostics.AddError(bucketNotEmpty.summary("The bucket %s is not empty", bucket), awsdiag.Detail(err))
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "delete the bucket", bucket, err)
	}
}

func (r *videoBucket) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}
