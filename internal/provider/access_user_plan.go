package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// ModifyPlan plans the policy, and what follows from name, path and tags.
func (r *accessUser) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[accessUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	before := accessUserModel{}
	if !req.State.Raw.IsNull() {
		if before, ok = decode[accessUserModel](ctx, req.State, &resp.Diagnostics); !ok {
			return
		}
	}
	m.ID, m.ARN = m.Name, types.StringUnknown()
	if before.Name.Equal(m.Name) && before.Path.Equal(m.Path) {
		m.ARN = before.ARN
	}
	m.Policy = before.Policy
	m.grantModel.plan(ctx, "user "+nameOf(m.Name), r.clients.Partition, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	m.planRename("user "+nameOf(m.Name), before.inlinePolicyModel, iamaccess.MaxUserPolicies, &resp.Diagnostics)
	m.TagsAll = r.tags.plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}
