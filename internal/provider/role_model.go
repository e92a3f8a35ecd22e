package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

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
