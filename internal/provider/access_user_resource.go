package provider

import (
	"context"
	"errors"
	"strings"

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
			MarkdownDescription: "Name of the user. Changed in place: its access keys stay.",
			Validators:          []validator.String{tftype.IAMName(64)},
		},
		"path": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Path of the user, such as `/fovea/`. Defaults to `/`.",
			Default:             stringdefault.StaticString("/"),
			Validators:          []validator.String{tftype.IAMPath()},
		},
		"permissions_boundary": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ARN of the managed policy that is the permissions boundary of the user.",
			Validators:          []validator.String{tftype.ARN("iam", "policy/")},
		},
		"force_destroy": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether destroying the user also deletes what is not managed here: access keys, other policies, group memberships, a password, MFA devices. Defaults to `false`.",
			Default:             booldefault.StaticBool(false),
		},
		"tags":      iamTagsAttribute(),
		"tags_all":  tagsAllAttribute(),
		"arn":       schema.StringAttribute{Computed: true, MarkdownDescription: "ARN of the user."},
		"unique_id": settled("Unique ID that IAM assigned to the user."),
	}
	addGrantAttributes(attributes)
	resp.Schema = schema.Schema{
		MarkdownDescription: "An IAM user with an inline policy for a video bucket, for FOVEA outside of AWS. On EC2 use `fovea_access_role`, which has no key that can leak.",
		Attributes:          attributes,
	}
}

func (r *accessUser) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[accessUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	name := m.Name.ValueString()
	m.grantModel.plan("user "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	tags := r.tags.ofIAM().with(stringMapOf(ctx, m.Tags, &resp.Diagnostics))
	if resp.Diagnostics.HasError() {
		return
	}
	user, err := r.iam.CreateUser(ctx, iamaccess.UserInput{
		Name: name, Path: m.Path.ValueString(), PermissionsBoundary: m.PermissionsBoundary.ValueString(), Tags: tags,
	})
	if err != nil {
		accessUserKind.notCreated(name, err, &resp.Diagnostics)
		return
	}
	if err := m.put(ctx, r.iam.UserPolicies(name), nil); err != nil && r.discard(ctx, m, err, &resp.Diagnostics) {
		return
	}
	r.walk.noteWrite(accessUserKind.named(m.Name))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
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
	r.walk.noteRead(accessUserKind.named(m.Name))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	err := r.refresh(ctx, &m, &resp.Diagnostics)
	identify(ctx, resp.Identity, accessUserIdentity{m.Name}, &resp.Diagnostics)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		r.walk.noteAbsent(remoteObject{userObject, m.Name.ValueString()})
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
	m.grantModel.plan("user "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	if !r.mayChange(ctx, m, before, &resp.Diagnostics) {
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
	if r.keptByRun(accessUserKind.named(m.Name), &resp.Diagnostics) {
		return
	}
	if err := r.iam.DeleteUser(ctx, name, m.PolicyName.ValueString(), m.ForceDestroy.ValueBool()); err != nil {
		awsdiag.Add(&resp.Diagnostics, "delete the user", name, err)
	}
}

func (r *accessUser) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importIAMName(ctx, "user", req, resp)
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

// discard removes a user that was just created and did not get its policy, and reports
// whether it did. A user that stays is kept in the state.
func (r *accessUser) discard(ctx context.Context, m accessUserModel, failure error, diags *diag.Diagnostics) bool {
	name := m.Name.ValueString()
	const summary = "Could not write the policy of the new user %s"
	err := r.iam.DiscardUser(ctx, name, m.PolicyName.ValueString())
	if err == nil {
		diags.AddError(creationUndone.summary(summary, name), "The user was removed again, so nothing is left. Correct the cause and apply again.\n\n"+awsdiag.Detail(failure))
		return true
	}
	diags.AddError(creationIncomplete.summary(summary, name), "The user was created, and could not be removed again. It is in the state as tainted, so the next apply replaces it. To complete it instead, run terraform untaint with the address of this resource.\n\n"+
		awsdiag.Detail(failure)+"\n\nWhy it could not be removed: "+awsdiag.Detail(err))
	return false
}

// refresh reads user and policy at the same time.
func (r *accessUser) refresh(ctx context.Context, m *accessUserModel, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	imported := m.Path.IsNull()
	moved := !m.ARN.IsNull() || !m.PolicyName.IsNull()
	var (
		reads  errgroup.Group
		user   iamaccess.User
		others []string
	)
	reads.Go(func() (err error) {
		user, err = r.iam.User(ctx, name)
		return err
	})
	reads.Go(func() (err error) {
		if imported {
			others, err = m.recognize(ctx, r.iam.UserPolicies(name))
			return err
		}
		return m.grantModel.refresh(ctx, r.iam.UserPolicies(name))
	})
	if err := reads.Wait(); err != nil {
		return err
	}
	if m.ForceDestroy.IsNull() { // an import does not know it, a move does
		m.ForceDestroy = types.BoolValue(false)
	}
	if imported && !moved {
		m.guessBucket("user", name, diags)
	}
	warnOfOtherPolicies("user", name, others, diags)
	m.flatten(user)
	m.Tags, m.TagsAll = r.tags.ofIAM().flatten(user.Tags, m.Tags, stringMapOf(ctx, m.Tags, diags))
	return nil
}

// mayChange looks, before anything is changed, whether the new name of the user or of its
// policy is taken.
func (r *accessUser) mayChange(ctx context.Context, m, before accessUserModel, diags *diag.Diagnostics) bool {
	name, newName := before.Name.ValueString(), m.Name.ValueString()
	if !strings.EqualFold(name, newName) {
		_, err := r.iam.User(ctx, newName)
		switch {
		case err == nil:
			diags.AddAttributeError(path.Root("name"), principalExists.summary("The user %s exists already", newName),
				"The user "+name+" was not renamed, and nothing else was changed. Choose another name.")
			return false
		case !errors.Is(err, iamaccess.ErrAbsent):
			awsdiag.AddAttribute(diags, path.Root("name"), "look for the user", newName, err)
			return false
		}
	}
	return m.refuseOverwrite(ctx, r.iam.UserPolicies(name), "user "+name, before.inlinePolicyModel, diags)
}

// change brings a user from one state to another, and returns what it is known to be like
// then. After a failure the next read finds out the rest, but it would not find a user or
// a policy under another name. The policy comes before the name, so that FOVEA goes on
// reading with the keys of the user.
func (r *accessUser) change(ctx context.Context, m, before accessUserModel, diags *diag.Diagnostics) (accessUserModel, error) {
	name := before.Name.ValueString()
	if err := m.put(ctx, r.iam.UserPolicies(name), &before.inlinePolicyModel); err != nil {
		return before, err
	}
	done := before
	done.inlinePolicyModel = m.inlinePolicyModel
	if !m.PermissionsBoundary.Equal(before.PermissionsBoundary) {
		if err := r.iam.SetUserBoundary(ctx, name, m.PermissionsBoundary.ValueString()); err != nil {
			return done, err
		}
	}
	tags := r.tags.ofIAM().with(stringMapOf(ctx, m.Tags, diags))
	if err := r.iam.UpdateUserTags(ctx, name, stringMapOf(ctx, before.TagsAll, diags), tags); err != nil {
		return done, err
	}
	m.TagsAll = mapOf(tags)
	if m.Name.Equal(before.Name) && m.Path.Equal(before.Path) {
		return m, nil
	}
	user, err := r.iam.UpdateUser(ctx, name, m.Name.ValueString(), m.Path.ValueString())
	switch {
	case err == nil:
		m.flatten(user)
	case user.Name == "":
		return done, err
	default: // changed, but IAM does not show it yet
		m.ARN = before.ARN
	}
	r.walk.noteWrite(accessUserKind.named(m.Name))
	return m, err
}

// ModifyPlan plans the policy, and what follows from name, path and tags. It says which
// access a plan takes away.
func (r *accessUser) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil {
		return
	}
	before := accessUserModel{Name: types.StringNull()}
	creates := req.State.Raw.IsNull()
	if !creates {
		var ok bool
		if before, ok = decode[accessUserModel](ctx, req.State, &resp.Diagnostics); !ok {
			return
		}
	}
	if req.Plan.Raw.IsNull() {
		r.planPrincipal(ctx, accessUserKind, before.Name, types.StringNull(), false, req, resp)
		r.warnOfPrincipalLosses("user "+before.Name.ValueString(), before.ARN, before.access(r.clients.Partition), nil, &resp.Diagnostics)
		return
	}
	m, ok := decode[accessUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.planPrincipal(ctx, accessUserKind, before.Name, m.Name, false, req, resp)
	m.ID, m.ARN = m.Name, types.StringUnknown()
	if before.Name.Equal(m.Name) && before.Path.Equal(m.Path) {
		m.ARN = before.ARN
	}
	m.Policy = before.Policy
	m.grantModel.plan("user "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	m.planRename("user "+nameOf(m.Name), before.inlinePolicyModel, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	r.tags.ofIAM().refuseTwins("user "+nameOf(m.Name), &resp.Diagnostics)
	m.TagsAll = r.tags.ofIAM().plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	if !creates {
		principal, now := "user "+before.Name.ValueString(), m.access(r.clients.Partition)
		r.warnOfPrincipalLosses(principal, before.ARN, before.access(r.clients.Partition), &now, &resp.Diagnostics)
		warnOfLostKeys(principal, before.Policy, m.Policy, knownStrings(m.KMSKeyARNs), &resp.Diagnostics)
		m.warnOfOverwrite(ctx, r.iam.UserPolicies(before.Name.ValueString()), principal, before.inlinePolicyModel, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

func (m *accessUserModel) access(partition string) principalAccess {
	return principalAccess{policy: m.Policy, certain: m.certainPolicy(partition), boundary: m.PermissionsBoundary}
}
