package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ provider.ProviderWithValidateConfig = (*foveaProvider)(nil)

// ValidateConfig wants access_key and secret_key together. It reports the one
// that is missing: Terraform prints the line of the attribute at fault, and that
// of the other may hold a secret.
func (p *foveaProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var access, secret, token types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("access_key"), &access)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("secret_key"), &secret)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("token"), &token)...)

	missing, given := "", ""
	switch {
	case access.IsNull() && !secret.IsNull():
		missing, given = "access_key", "secret_key"
	case access.IsNull() && !token.IsNull():
		missing, given = "access_key", "token"
	case secret.IsNull() && !access.IsNull():
		missing, given = "secret_key", "access_key"
	default:
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root(missing), "Half of the AWS credentials is missing",
		given+" is set, and "+missing+" is not. Set access_key and secret_key together, or neither, and no token, to use credentials from the environment or a profile.")
}
