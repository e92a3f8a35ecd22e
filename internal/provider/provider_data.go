package provider

import (
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
