package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

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
	m.grantModel.plan(ctx, r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
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
	if err := m.put(ctx, r.iam.UserPolicies(name), nil); err != nil {
		awsdiag.Add(&resp.Diagnostics, "write the policy of the user", name, err)
		if err := r.iam.DiscardUser(ctx, name, m.PolicyName.ValueString()); err == nil {
			return // nothing is left behind
		}
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
	identify(ctx, resp.Identity, accessUserIdentity{m.Name}, &resp.Diagnostics)
	err := r.refresh(ctx, &m, &resp.Diagnostics)
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
	m.grantModel.plan(ctx, r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.change(ctx, &m, before, &resp.Diagnostics); err != nil {
		awsdiag.Add(&resp.Diagnostics, "change the user", before.Name.ValueString(), err)
		return
	}
	identify(ctx, resp.Identity, accessUserIdentity{m.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
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
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("name"), path.Root("name"), req, resp)
}

// ModifyPlan plans the policy, and what follows from name and path.
func (r *accessUser) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[accessUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.ID, m.ARN = m.Name, types.StringUnknown()
	if !req.State.Raw.IsNull() {
		before, ok := decode[accessUserModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		m.Policy = before.Policy
		if before.Name.Equal(m.Name) && before.Path.Equal(m.Path) {
			m.ARN = before.ARN
		}
	}
	m.grantModel.plan(ctx, r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	m.TagsAll = r.tags.plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// refresh reads user and policy at the same time.
func (r *accessUser) refresh(ctx context.Context, m *accessUserModel, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	imported := m.Path.IsNull()
	var (
		reads errgroup.Group
		user  iamaccess.User
	)
	reads.Go(func() (err error) {
		user, err = r.iam.User(ctx, name)
		return err
	})
	reads.Go(func() error {
		if imported {
			return m.recognize(ctx, r.iam.UserPolicies(name))
		}
		return m.grantModel.refresh(ctx, r.iam.UserPolicies(name))
	})
	if err := reads.Wait(); err != nil {
		return err
	}
	if imported {
		m.ForceDestroy = types.BoolValue(false)
	}
	m.flatten(user)
	m.Tags, m.TagsAll = r.tags.flatten(user.Tags, m.Tags, stringMapOf(ctx, m.Tags, diags))
	return nil
}

// change brings a user from one state to another. Its policy comes before its
// name: whoever reads with its keys keeps reading.
func (r *accessUser) change(ctx context.Context, m *accessUserModel, before accessUserModel, diags *diag.Diagnostics) error {
	name := before.Name.ValueString()
	if err := m.put(ctx, r.iam.UserPolicies(name), &before.grantModel); err != nil {
		return err
	}
	if !m.PermissionsBoundary.Equal(before.PermissionsBoundary) {
		if err := r.iam.SetUserBoundary(ctx, name, m.PermissionsBoundary.ValueString()); err != nil {
			return err
		}
	}
	tags := r.tags.with(stringMapOf(ctx, m.Tags, diags))
	if err := r.iam.UpdateUserTags(ctx, name, stringMapOf(ctx, before.TagsAll, diags), tags); err != nil {
		return err
	}
	m.TagsAll = mapOf(tags)
	if m.Name.Equal(before.Name) && m.Path.Equal(before.Path) {
		return nil
	}
	user, err := r.iam.UpdateUser(ctx, name, m.Name.ValueString(), m.Path.ValueString())
	if err == nil {
		m.flatten(user)
	}
	return err
}

type accessUserIdentity struct {
	Name types.String `tfsdk:"name"`
}

type accessUserModel struct {
	grantModel
	ID                  types.String `tfsdk:"id"`
	Name                types.String `tfsdk:"name"`
	Path                types.String `tfsdk:"path"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`
	ForceDestroy        types.Bool   `tfsdk:"force_destroy"`
	Tags                types.Map    `tfsdk:"tags"`
	TagsAll             types.Map    `tfsdk:"tags_all"`
	ARN                 types.String `tfsdk:"arn"`
	UniqueID            types.String `tfsdk:"unique_id"`
}

func (m *accessUserModel) flatten(u iamaccess.User) {
	m.ID, m.Name = types.StringValue(u.Name), types.StringValue(u.Name)
	m.Path = types.StringValue(u.Path)
	m.PermissionsBoundary = optionalString(u.PermissionsBoundary)
	m.ARN = types.StringValue(u.ARN)
	m.UniqueID = types.StringValue(u.UniqueID)
}
