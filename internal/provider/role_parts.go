package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// changeRole brings what roles have in common from one state to another, in
// place.
func (p *providerData) changeRole(ctx context.Context, m *roleModel, before roleModel, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	if !m.TrustPolicy.Equal(before.TrustPolicy) {
		if err := p.iam.SetTrustPolicy(ctx, name, m.TrustPolicy.ValueString()); err != nil {
			return err
		}
	}
	if !m.PermissionsBoundary.Equal(before.PermissionsBoundary) {
		if err := p.iam.SetRoleBoundary(ctx, name, m.PermissionsBoundary.ValueString()); err != nil {
			return err
		}
	}
	tags := p.tags.ofIAM().with(stringMapOf(ctx, m.Tags, diags))
	if err := p.iam.UpdateRoleTags(ctx, name, stringMapOf(ctx, before.TagsAll, diags), tags); err != nil {
		return err
	}
	m.TagsAll = mapOf(tags)
	return nil
}

// discardRole removes a role that was just created and could not be completed, and
// reports whether it did. A role that stays is kept in the state.
func (p *providerData) discardRole(ctx context.Context, name, policyName, profileName string, failure error, diags *diag.Diagnostics) bool {
	const summary = "Could not complete the new role %s"
	err := p.iam.DiscardRole(ctx, name, policyName, profileName)
	if err == nil {
		diags.AddError(creationUndone.summary(summary, name), "The role was removed again, so nothing is left. Correct the cause and apply again.\n\n"+awsdiag.Detail(failure))
		return true
	}
	diags.AddError(creationIncomplete.summary(summary, name), "The role was created, and could not be removed again. It is in the state as tainted, so the next apply replaces it. To complete it instead, run terraform untaint with the address of this resource.\n\n"+
		awsdiag.Detail(failure)+"\n\nWhy it could not be removed: "+awsdiag.Detail(err))
	return false
}

// roleModel is what an access role and a replication role have in common.
type roleModel struct {
	ID                  types.String `tfsdk:"id"`
	Name                types.String `tfsdk:"name"`
	Path                types.String `tfsdk:"path"`
	TrustPolicy         types.String `tfsdk:"trust_policy"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`
	Tags                types.Map    `tfsdk:"tags"`
	TagsAll             types.Map    `tfsdk:"tags_all"`
	ARN                 types.String `tfsdk:"arn"`
	UniqueID            types.String `tfsdk:"unique_id"`
}

// imported reports whether only the name is known, after an import or a move.
func (m *roleModel) imported() bool { return m.Path.IsNull() }

func (m *roleModel) flatten(r iamaccess.Role) {
	m.ID, m.Name = types.StringValue(r.Name), types.StringValue(r.Name)
	m.Path = types.StringValue(r.Path)
	m.setTrust(r.TrustPolicy)
	m.PermissionsBoundary = optionalString(r.PermissionsBoundary)
	m.ARN = types.StringValue(r.ARN)
	m.UniqueID = types.StringValue(r.UniqueID)
}

// setTrust keeps the spelling of a trust policy that means the same.
func (m *roleModel) setTrust(document string) {
	if !iampolicy.Equivalent(document, m.TrustPolicy.ValueString()) {
		m.TrustPolicy = types.StringValue(document)
	}
}

// addRoleAttributes adds the attributes of roleModel.
func addRoleAttributes(to map[string]schema.Attribute) {
	to["id"] = idAttribute("Name of the role.")
	to["name"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the role. Changing this forces a new role.",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.IAMName(64)},
	}
	to["path"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Path of the role, such as `/fovea/`. Changing this forces a new role. Defaults to `/`.",
		Default:             stringdefault.StaticString("/"),
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.IAMPath()},
	}
	to["permissions_boundary"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "ARN of the managed policy that is the permissions boundary of the role.",
		Validators:          []validator.String{tftype.ARN("iam", "policy/")},
	}
	to["trust_policy"] = schema.StringAttribute{Computed: true, MarkdownDescription: "The trust policy, as JSON."}
	to["tags"] = iamTagsAttribute()
	to["tags_all"] = tagsAllAttribute()
	to["arn"] = settled("ARN of the role.")
	to["unique_id"] = settled("Unique ID that IAM assigned to the role.")
}
