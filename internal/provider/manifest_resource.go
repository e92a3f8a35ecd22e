package provider

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure      = (*manifestResource)(nil)
	_ resource.ResourceWithIdentity       = (*manifestResource)(nil)
	_ resource.ResourceWithImportState    = (*manifestResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*manifestResource)(nil)
	_ resource.ResourceWithValidateConfig = (*manifestResource)(nil)
)

type manifestResource struct{ resourceBase }

func newManifest() resource.Resource { return &manifestResource{} }

func (r *manifestResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_manifest"
}

func (r *manifestResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"bucket": identityAttribute("Name of the bucket."),
		"key":    identityAttribute("Key of the manifest."),
	}}
}

func (r *manifestResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = manifestSchema(ctx)
}

func (r *manifestResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[manifestModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	timeout, problems := m.Timeouts.Create(ctx, time.Hour)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	release, err := r.walk.hold(ctx, m.object())
	if err != nil {
		m.explain(err, "publish", &resp.Diagnostics)
		return
	}
	defer release()
	published, ok := r.publish(ctx, &m, nil, &resp.Diagnostics)
	if !ok {
		return
	}
	r.walk.noteWrite(m.object())
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	remember(ctx, resp.Private, published, &resp.Diagnostics)
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *manifestResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	timeout, problems := m.Timeouts.Read(ctx, 20*time.Minute)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	r.walk.noteRead(m.object())
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	imported := m.ETag.IsNull()
	found, err := r.refresh(ctx, &m, remembered(ctx, req.Private, &resp.Diagnostics), &resp.Diagnostics)
	switch {
	case errors.Is(err, publish.ErrAbsent), errors.Is(err, s3bucket.ErrNoBucket):
		r.walk.noteAbsent(m.object())
		resp.State.RemoveResource(ctx)
	case errors.Is(err, manifest.ErrNotManifest) && !imported:
		// The manifest is gone. The plan that re-creates it refuses to overwrite what is
		// there now, so that another key can be chosen.
		r.walk.noteAbsent(m.object())
		resp.State.RemoveResource(ctx)
	case errors.Is(err, manifest.ErrNotManifest):
		resp.Diagnostics.AddError(manifestKeyTaken.summary("Could not import %s of the bucket %s", m.Key.ValueString(), m.Bucket.ValueString()),
			"What is there is not a manifest. If the import ID is wrong, correct it: it is the name of the bucket, a slash, and the key of the manifest.\n\n"+awsdiag.Detail(err))
	case err != nil:
		m.explain(err, "read", &resp.Diagnostics)
	default:
		remember(ctx, resp.Private, found, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *manifestResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[manifestModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	timeout, problems := m.Timeouts.Update(ctx, time.Hour)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	published := remembered(ctx, req.Private, &resp.Diagnostics).withoutUpdate()
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	if m.Digest.IsUnknown() { // a known one is the plan's promise that the list stays
		if published, ok = r.publish(ctx, &m, published.Quantiles, &resp.Diagnostics); !ok {
			return
		}
	} else if m.ETag.IsUnknown() { // see planSnapshot
		before, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		r.saveMissingSnapshot(ctx, &m, before, &resp.Diagnostics)
	}
	r.walk.noteWrite(m.object())
	remember(ctx, resp.Private, published, &resp.Diagnostics)
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *manifestResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
	if !ok || m.RetainOnDestroy.ValueBool() {
		return
	}
	timeout, problems := m.Timeouts.Delete(ctx, 10*time.Minute)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	release, err := r.walk.hold(ctx, m.object())
	if err != nil {
		m.explain(err, "delete", &resp.Diagnostics)
		return
	}
	defer release()
	if planMarkOf(ctx, req.Private, &resp.Diagnostics).Keep || r.walk.entry(m.object()).written {
		warnOfKept(m, "was left in place", &resp.Diagnostics)
		return
	}
	client, err := r.buckets.Client(ctx, m.Bucket.ValueString())
	var remains publish.Remains
	if err == nil {
		remains, err = publish.Withdraw(ctx, client, m.Bucket.ValueString(), m.Key.ValueString(), m.ETag.ValueString())
	}
	if err != nil && !errors.Is(err, s3bucket.ErrNoBucket) {
		m.explain(err, "delete", &resp.Diagnostics)
	}
	m.warnOfRemains(remains, &resp.Diagnostics)
}

func (r *manifestResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := manifestIdentity{}
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	} else {
		bucket, key, ok := strings.Cut(req.ID, "/")
		if !ok {
			key = defaultManifestKey
		}
		id = manifestIdentity{types.StringValue(bucket), types.StringValue(key)}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	whole := cmp.Or(req.ID, id.Bucket.ValueString()+"/"+id.Key.ValueString())
	const form = `the name of the bucket, as in "fovea-videos", or that and the key of the manifest, as in "fovea-videos/` + defaultManifestKey + `"`
	if !importable(ctx, whole, form, id.Bucket.ValueString(), tftype.BucketName(), &resp.Diagnostics) ||
		!importable(ctx, whole, form, id.Key.ValueString(), tftype.ObjectKey(), &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("bucket"), id.Bucket)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key"), id.Key)...)
}
