package provider

import (
	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/bucketconf"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// providerData is what the resources and data sources of one provider block
// share.
type providerData struct {
	clients *awsclient.Clients
	buckets *bucketconf.Store
	iam     *iamaccess.Store
	tags    tagSettings
	walk    *register
}

func newProviderData(clients *awsclient.Clients, tags tagSettings) *providerData {
	return &providerData{
		clients: clients,
		buckets: bucketconf.New(clients),
		iam:     iamaccess.New(clients.IAM),
		tags:    tags,
		walk:    newRegister(),
	}
}
