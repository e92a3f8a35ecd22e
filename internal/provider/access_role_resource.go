package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

var (
	_ resource.ResourceWithConfigure   = (*accessRole)(nil)
	_ resource.ResourceWithIdentity    = (*accessRole)(nil)
	_ resource.ResourceWithImportState = (*accessRole)(nil)
	_ resource.ResourceWithModifyPlan  = (*accessRole)(nil)
)

type accessRole struct{ resourceBase }

func newAccessRole() resource.Resource { return &accessRole{} }

func (r *accessRole) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_access_role"
}

func (r *accessRole) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = nameIdentitySchema("Name of the role.")
}

func (r *accessRole) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = accessRoleSchema()
}

func (r *accessRole) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[accessRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.planDocuments(ctx, &m, types.StringNull(), &resp.Diagnostics)
	tags := r.tags.ofIAM().with(stringMapOf(ctx, m.Tags, &resp.Diagnostics))
	if resp.Diagnostics.HasError() {
		return
	}
	name := m.Name.ValueString()
	role, err := r.iam.CreateRole(ctx, iamaccess.RoleInput{
		Name: name, Path: m.Path.ValueString(), TrustPolicy: m.TrustPolicy.ValueString(),
		MaxSession: m.maxSession(), PermissionsBoundary: m.PermissionsBoundary.ValueString(), Tags: tags,
	})
	if err != nil {
		accessRoleKind.notCreated(name, err, &resp.Diagnostics)
		return
	}
	err = m.put(ctx, r.iam.RolePolicies(name), nil)
	if err == nil {
		err = r.makeProfile(ctx, &m, tags)
	}
	if err != nil {
		if r.discardRole(ctx, name, m.PolicyName.ValueString(), m.InstanceProfileName.ValueString(), err, &resp.Diagnostics) {
			return
		}
		m.InstanceProfileARN = types.StringNull()
	}
	r.walk.noteWrite(accessRoleKind.named(m.Name))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	m.flatten(role)
	m.TagsAll = mapOf(tags)
	identify(ctx, resp.Identity, nameIdentity{m.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *accessRole) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[accessRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.walk.noteRead(accessRoleKind.named(m.Name))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	identify(ctx, resp.Identity, nameIdentity{m.Name}, &resp.Diagnostics)
	imported := m.imported()
	err := r.refresh(ctx, &m, &resp.Diagnostics)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		r.walk.noteAbsent(remoteObject{roleObject, m.Name.ValueString()})
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the role", m.Name.ValueString(), err)
	default:
		if imported {
			rememberFoundProfile(ctx, resp.Private, !m.InstanceProfileName.IsNull(), &resp.Diagnostics)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *accessRole) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[accessRoleModel](ctx, req.Plan, &resp.Diagnostics)
	before, beforeOK := decode[accessRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !beforeOK {
		return
	}
	r.planDocuments(ctx, &m, before.InstanceProfileName, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	name := m.Name.ValueString()
	if !m.refuseOverwrite(ctx, r.iam.RolePolicies(name), "role "+name, before.inlinePolicyModel, &resp.Diagnostics) {
		return
	}
	found := foundProfile(ctx, req.Private, &resp.Diagnostics)
	if err := r.change(ctx, &m, &before, found, &resp.Diagnostics); err != nil {
		awsdiag.Add(&resp.Diagnostics, "change the role", name, err)
		resp.Diagnostics.Append(resp.State.Set(ctx, &before)...)
		return
	}
	rememberFoundProfile(ctx, resp.Private, false, &resp.Diagnostics)
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	identify(ctx, resp.Identity, nameIdentity{m.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *accessRole) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[accessRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	name := m.Name.ValueString()
	if r.keptByRun(accessRoleKind.named(m.Name), &resp.Diagnostics) {
		return
	}
	if err := r.iam.DeleteRole(ctx, name, m.PolicyName.ValueString(), m.InstanceProfileName.ValueString()); err != nil {
		awsdiag.Add(&resp.Diagnostics, "delete the role", name, err)
	}
}

func (r *accessRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importIAMName(ctx, "role", req, resp)
}

// ModifyPlan plans the two policies and the tags. It says which access a plan takes
// away.
func (r *accessRole) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		before, ok := decode[accessRoleModel](ctx, req.State, &resp.Diagnostics)
		if ok {
			r.planPrincipal(ctx, accessRoleKind, before.Name, types.StringNull(), false, req, resp)
			r.warnOfPrincipalLosses("role "+before.Name.ValueString(), before.ARN, before.access(r.clients.Partition), nil, &resp.Diagnostics)
		}
		return
	}
	m, ok := decode[accessRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.ID = m.Name
	m.InstanceProfileARN = types.StringUnknown()
	if m.InstanceProfileName.IsNull() {
		m.InstanceProfileARN = types.StringNull()
	}
	profile := types.StringNull()
	if !req.State.Raw.IsNull() {
		before, ok := decode[accessRoleModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		m.Policy, m.TrustPolicy = before.Policy, before.TrustPolicy
		profile = before.InstanceProfileName
		if foundProfile(ctx, req.Private, &resp.Diagnostics) {
			m.warnOfProfileLeft(before, &resp.Diagnostics)
		}
		if m.InstanceProfileName.Equal(before.InstanceProfileName) && !before.InstanceProfileARN.IsNull() {
			m.InstanceProfileARN = before.InstanceProfileARN
		}
	}
	r.planDocuments(ctx, &m, profile, &resp.Diagnostics)
	r.planRoleAccess(ctx, m, req, resp)
	r.tags.ofIAM().refuseTwins("role "+nameOf(m.Name), &resp.Diagnostics)
	m.TagsAll = r.tags.ofIAM().plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// planRoleAccess judges the plan, and warns of access that the role loses. A change of its
// name or path replaces it.
func (r *accessRole) planRoleAccess(ctx context.Context, m accessRoleModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() {
		r.planPrincipal(ctx, accessRoleKind, types.StringNull(), m.Name, false, req, resp)
		return
	}
	before, ok := decode[accessRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	replaces := !m.Name.Equal(before.Name) || !m.Path.Equal(before.Path)
	r.planPrincipal(ctx, accessRoleKind, before.Name, m.Name, replaces, req, resp)
	name := before.Name.ValueString()
	if replaces {
		r.warnOfPrincipalLosses("role "+name, before.ARN, before.access(r.clients.Partition), nil, &resp.Diagnostics)
		return
	}
	now := m.access(r.clients.Partition)
	r.warnOfPrincipalLosses("role "+name, before.ARN, before.access(r.clients.Partition), &now, &resp.Diagnostics)
	warnOfLostKeys("role "+name, before.Policy, m.Policy, knownStrings(m.KMSKeyARNs), &resp.Diagnostics)
	warnOfLostTrust(name, before.TrustPolicy, m.TrustPolicy, m.knownTrust(ctx, &resp.Diagnostics), &resp.Diagnostics)
	if !foundProfile(ctx, req.Private, &resp.Diagnostics) {
		m.warnOfLostProfile(before, &resp.Diagnostics)
	}
	m.planRename("role "+name, before.inlinePolicyModel, iamaccess.MaxRolePolicies, &resp.Diagnostics)
	m.warnOfOverwrite(ctx, r.iam.RolePolicies(name), "role "+name, before.inlinePolicyModel, &resp.Diagnostics)
}

func (m *accessRoleModel) access(partition string) principalAccess {
	return principalAccess{policy: m.Policy, certain: m.certainPolicy(partition), boundary: m.PermissionsBoundary}
}

// planDocuments works out the two policies of a role that had an instance profile of
// that name.
func (r *accessRole) planDocuments(ctx context.Context, m *accessRoleModel, profile types.String, diags *diag.Diagnostics) {
	m.grantModel.plan("role "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxRolePolicies, diags)
	m.planTrust(ctx, profile, diags)
}
