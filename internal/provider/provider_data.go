package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// providerData is what the resources and data sources of one provider block
// share.
type providerData struct {
	clients *awsclient.Clients
	buckets *s3bucket.Store
	iam     *iamaccess.Store
	tags    tagSettings
	walk    *register
}

func newProviderData(clients *awsclient.Clients, tags tagSettings) *providerData {
	return &providerData{
		clients: clients,
		buckets: s3bucket.New(clients),
		iam:     iamaccess.New(clients.IAM),
		tags:    tags,
		walk:    newRegister(),
	}
}

// resourceBase gives a resource the provider's data.
type resourceBase struct{ *providerData }

// Configure implements [resource.ResourceWithConfigure].
func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.providerData = take(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase gives a data source the provider's data.
type dataSourceBase struct{ *providerData }

// Configure implements [datasource.DataSourceWithConfigure].
func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.providerData = take(req.ProviderData, &resp.Diagnostics)
}

// take answers nil while Terraform only validates: no provider is configured
// then.
func take(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}
	own, ok := data.(*providerData)
	if !ok {
		diags.AddError("The provider's data is of another kind", fmt.Sprintf("It is %T. This is a bug of the provider; please report it.", data))
	}
	return own
}
