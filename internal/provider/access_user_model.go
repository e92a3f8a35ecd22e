package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

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
