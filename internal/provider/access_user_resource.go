package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure   = (*accessUser)(nil)
	_ resource.ResourceWithIdentity    = (*accessUser)(nil)
	_ resource.ResourceWithImportState = (*accessUser)(nil)
	_ resource.ResourceWithModifyPlan  = (*accessUser)(nil)
)

type accessUser struct{ resourceBase }

func newAccessUser() resource.Resource { return &accessUser{} }

func (r *accessUser) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_access_user"
	resp.ResourceBehavior.MutableIdentity = true // IAM renames users in place
}

func (r *accessUser) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{"name": identityAttribute("Name of the user.")}}
}

func (r *accessUser) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the user."},
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the user. It is renamed in place: its keys stay.",
			Validators:          []validator.String{tftype.IAMName(64)},
		},
		"path": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Path of the user, such as `/fovea/`. Default: `/`.",
			Default:             stringdefault.StaticString("/"),
			Validators:          []validator.String{tftype.IAMPath()},
		},
		"permissions_boundary": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ARN of the managed policy that bounds what the user can be allowed.",
			Validators:          []validator.String{tftype.ARN("iam", "policy/")},
		},
		"force_destroy": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "When the user is destroyed, delete also what is not managed here: access keys, other policies, group memberships, a password, MFA devices. Default: `false`.",
			Default:             booldefault.StaticBool(false),
		},
		"tags":      tagsAttribute(),
		"tags_all":  tagsAllAttribute(),
		"arn":       schema.StringAttribute{Computed: true, MarkdownDescription: "ARN of the user."},
		"unique_id": settled("ID that IAM gave the user, which no other user ever has."),
	}
	addGrantAttributes(attributes)
	resp.Schema = schema.Schema{
		MarkdownDescription: "An IAM user with an inline policy for a video bucket, for FOVEA outside of AWS. On EC2 an instance role is better, since it has no key that can leak.",
		Attributes:          attributes,
	}
}

func (r *accessUser) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[accessUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	name := m.Name.ValueString()
	m.grantModel.plan(ctx, "user "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	tags := r.tags.with(stringMapOf(ctx, m.Tags, &resp.Diagnostics))
	if resp.Diagnostics.HasError() {
		return
	}
	user, err := r.iam.CreateUser(ctx, iamaccess.UserInput{
		Name: name, Path: m.Path.ValueString(), PermissionsBoundary: m.PermissionsBoundary.ValueString(), Tags: tags,
	})
	if err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("name"), "create the user", name, err)
		return
	}
	if err := m.put(ctx, r.iam.UserPolicies(name), nil); err != nil && r.discard(ctx, m, err, &resp.Diagnostics) {
		return
	}
	m.flatten(user)
	m.TagsAll = mapOf(tags)
	identify(ctx, resp.Identity, accessUserIdentity{m.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *accessUser) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[accessUserModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	err := r.refresh(ctx, &m, &resp.Diagnostics)
	identify(ctx, resp.Identity, accessUserIdentity{m.Name}, &resp.Diagnostics)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the user", m.Name.ValueString(), err)
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *accessUser) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[accessUserModel](ctx, req.Plan, &resp.Diagnostics)
	before, beforeOK := decode[accessUserModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !beforeOK {
		return
	}
	m.grantModel.plan(ctx, "user "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	after, err := r.change(ctx, m, before, &resp.Diagnostics)
	if err != nil {
		awsdiag.Add(&resp.Diagnostics, "change the user", before.Name.ValueString(), err)
	}
	identify(ctx, resp.Identity, accessUserIdentity{after.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &after)...)
}

func (r *accessUser) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[accessUserModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	name := m.Name.ValueString()
	if err := r.iam.DeleteUser(ctx, name, m.PolicyName.ValueString(), m.ForceDestroy.ValueBool()); err != nil {
		awsdiag.Add(&resp.Diagnostics, "delete the user", name, err)
	}
}

func (r *accessUser) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importIAMName(ctx, "user", req, resp)
}
