package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
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
	tags := p.tags.with(stringMapOf(ctx, m.Tags, diags))
	if err := p.iam.UpdateRoleTags(ctx, name, stringMapOf(ctx, before.TagsAll, diags), tags); err != nil {
		return err
	}
	m.TagsAll = mapOf(tags)
	return nil
}

// discardRole removes a role that was just made and could not be completed, and
// reports whether it did. A role that stays is kept in the state.
func (p *providerData) discardRole(ctx context.Context, name, policyName, profileName string, failure error, diags *diag.Diagnostics) bool {
	const summary = "Could not complete the new role %s"
	err := p.iam.DiscardRole(ctx, name, policyName, profileName)
	if err == nil {
		diags.AddError(creationUndone.summary(summary, name), "The role has been removed again: nothing is left behind, and the next apply begins anew.\n\n"+awsdiag.Detail(failure))
		return true
	}
	diags.AddError(creationIncomplete.summary(summary, name), "The role was made, and could not be removed again. It is kept in the state, and the next apply makes it anew.\n\n"+
		awsdiag.Detail(failure)+"\n\nWhy it could not be removed: "+awsdiag.Detail(err))
	return false
}
