// Package provider is what Terraform sees: one file for each resource and data
// source, thin, on top of the domain packages.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
)

var _ provider.Provider = (*foveaProvider)(nil)

type foveaProvider struct {
	version string
}

// New returns a function that makes the provider, which names itself by version
// in the User-Agent header of its requests.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &foveaProvider{version: version} }
}

func (p *foveaProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "fovea"
	resp.Version = p.version
}

func (p *foveaProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

func (p *foveaProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	refuseUnknown(req.Config.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m, ok := decode[providerModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	settings := m.settings(ctx, &resp.Diagnostics)
	tags := m.tagSettings(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	settings.UserAgentName, settings.Version = "terraform-provider-fovea", p.version
	clients, problems := awsclient.New(ctx, settings)
	report(problems, settings, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	data := newProviderData(clients, tags)
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = data, data, data
}

func (p *foveaProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newBucketCORS,
		newBucketIntelligentTiering,
		newBucketInventory,
		newBucketLifecycle,
		newBucketLogging,
		newBucketMetrics,
		newBucketPolicy,
		newBucketReplication,
		newVideoBucket,
		newManifest,
		newAccessRole,
		newAccessUser,
		newAccessKey,
		newReplicationRole,
	}
}

func (p *foveaProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAccessPolicyDataSource,
		newBackendEnvironmentDataSource,
		newManifestDataSource,
		newVideoDataSource,
		newVideosDataSource,
		newBucketUsageDataSource,
		newPresignedURLDataSource,
		newStorageCheckDataSource,
	}
}
