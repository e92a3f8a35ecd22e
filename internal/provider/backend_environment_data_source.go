package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/backendenv"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ datasource.DataSourceWithConfigure      = (*backendEnvironmentDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*backendEnvironmentDataSource)(nil)
)

type backendEnvironmentDataSource struct{ dataSourceBase }

func newBackendEnvironmentDataSource() datasource.DataSource { return &backendEnvironmentDataSource{} }

func (d *backendEnvironmentDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_backend_environment"
}

func (d *backendEnvironmentDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: backendEnvironmentDescription,
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket with the videos.",
				Validators:          []validator.String{tftype.BucketName()},
			},
			"region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Region of the bucket, such as `fovea_video_bucket.videos.region`. If it is wrong, FOVEA cannot read the bucket: S3 redirects its requests, and FOVEA does not follow redirects. Defaults to the region that S3 reports, which takes one request.",
			},
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "URL of an S3-compatible server, as FOVEA's backend reaches it. Any value makes FOVEA put the bucket's name into the path, so leave it out on AWS. " +
					"Slashes at the end are removed. Defaults to the provider's S3 endpoint, or to none if that is AWS's. Set it if FOVEA reaches the server by another name, for example from a container.",
			},
			"access_key_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "FOVEA's access key, such as one of `fovea_access_key`. Leave it out to use the role of the instance that FOVEA runs on. " +
					"A temporary key, which begins with `ASIA`, is refused: FOVEA drops the session token.",
				Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("secret_access_key"))},
			},
			"secret_access_key": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Secret of the access key. Required with `access_key_id`.",
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("access_key_id"))},
			},
			"cdn_base_url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "URL of a CDN in front of the bucket, such as `https://d111111abcdef8.cloudfront.net`. FOVEA puts a slash and the key behind it; slashes at the end are removed. Without it, `CDN_ENABLED` is `false`.",
			},
			"variables": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The variables that hold no secret.",
			},
			"secret_variables": schema.MapAttribute{
				Computed: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "The variables that hold secrets. `merge(variables, secret_variables)` is the whole environment.",
			},
			"dotenv": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "All variables as the content of an `.env` file.",
			},
			"compose": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "All variables as the content of a `compose.override.yml` for Docker Compose, for the service `backend`.",
			},
		},
	}
}

func (d *backendEnvironmentDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if m, ok := decode[backendEnvironmentModel](ctx, req.Config, &resp.Diagnostics); ok {
		m.validate(&resp.Diagnostics)
	}
}

func (d *backendEnvironmentDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[backendEnvironmentModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	settings := m.settings()
	if m.Region.IsNull() {
		region, err := d.buckets.Region(ctx, settings.Bucket)
		if err != nil {
			awsdiag.AddAttribute(&resp.Diagnostics, path.Root("bucket"), "find the region of the bucket", settings.Bucket, err)
			return
		}
		settings.Region = region
	}
	if m.Endpoint.IsNull() {
		settings.Endpoint = d.clients.OtherEndpoint()
		m.checkEndpoint(settings, &resp.Diagnostics)
	}
	m.flatten(settings, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

type backendEnvironmentModel struct {
	Bucket          types.String `tfsdk:"bucket"`
	Region          types.String `tfsdk:"region"`
	Endpoint        types.String `tfsdk:"endpoint"`
	AccessKeyID     types.String `tfsdk:"access_key_id"`
	SecretAccessKey types.String `tfsdk:"secret_access_key"`
	CDNBaseURL      types.String `tfsdk:"cdn_base_url"`

	Variables       types.Map    `tfsdk:"variables"`
	SecretVariables types.Map    `tfsdk:"secret_variables"`
	Dotenv          types.String `tfsdk:"dotenv"`
	Compose         types.String `tfsdk:"compose"`
}

func (m *backendEnvironmentModel) settings() backendenv.Settings {
	return backendenv.Settings{
		Bucket: m.Bucket.ValueString(), Region: m.Region.ValueString(), Endpoint: m.Endpoint.ValueString(),
		AccessKeyID: m.AccessKeyID.ValueString(), SecretAccessKey: m.SecretAccessKey.ValueString(), CDNBaseURL: m.CDNBaseURL.ValueString(),
	}
}

// validate judges the arguments that are known. No message repeats a value, and none
// about the secret points to its line, which Terraform would print.
func (m *backendEnvironmentModel) validate(diags *diag.Diagnostics) {
	given := func(value types.String) bool { return !value.IsNull() && !value.IsUnknown() }
	refuse := func(argument, wrong, remedy string) {
		diags.AddAttributeError(path.Root(argument), m.summary(argument), argument+" cannot be used: "+wrong+". "+remedy)
	}
	if given(m.Region) {
		if wrong := backendenv.WrongValue(m.Region.ValueString()); wrong != "" {
			refuse("region", wrong, "Use the bucket's region, such as fovea_video_bucket.videos.region.")
		}
	}
	if given(m.Endpoint) {
		m.checkEndpoint(m.settings(), diags)
	}
	if given(m.CDNBaseURL) {
		if wrong := backendenv.WrongURL(m.CDNBaseURL.ValueString()); wrong != "" {
			refuse("cdn_base_url", wrong, "Write a URL such as \"https://d111111abcdef8.cloudfront.net\".")
		}
	}
	if given(m.AccessKeyID) {
		switch id := m.AccessKeyID.ValueString(); {
		case backendenv.Temporary(id):
			refuse("access_key_id", "it begins with ASIA, so it is a temporary key, which works only with a session token, and FOVEA drops session tokens",
				"Use a key of fovea_access_key, or leave both keys out to use the role of the instance.")
		case backendenv.WrongValue(id) != "":
			refuse("access_key_id", backendenv.WrongValue(id), "Use the ID as the server gave it, or leave both keys out to use the role of the instance.")
		}
	}
	if given(m.SecretAccessKey) {
		if wrong := backendenv.WrongValue(m.SecretAccessKey.ValueString()); wrong != "" {
			diags.AddError(m.summary("secret_access_key"), "secret_access_key cannot be used: "+wrong+". Use the secret as the server gave it, or create another access key.")
		}
	}
}

func (m *backendEnvironmentModel) summary(argument string) string {
	return backendEnvironmentInvalid.summary("The backend environment of the bucket %s: The %s cannot be used", nameOf(m.Bucket), argument)
}

// checkEndpoint refuses endpoints with which FOVEA would not find the bucket, and take
// it for empty.
func (m *backendEnvironmentModel) checkEndpoint(s backendenv.Settings, diags *diag.Diagnostics) {
	if s.Endpoint == "" && m.Endpoint.IsNull() {
		return
	}
	var wrong, remedy string
	switch {
	case backendenv.WrongURL(s.Endpoint) != "":
		wrong, remedy = backendenv.WrongURL(s.Endpoint), "Write a URL such as \"https://s3.example.com:9000\", or leave endpoint out on AWS."
	case s.CDNEndpoint():
		wrong = "it is a CDN, which denies listings; FOVEA then treats the bucket as empty and deletes the annotations of every video"
		remedy = "Set cdn_base_url to this URL instead, and leave endpoint out."
	case s.NamesBucket():
		wrong = "its host begins with the name of the bucket, which FOVEA adds to the path, so that it would be there twice"
		remedy = "Remove the bucket's name from the host, or leave endpoint out on AWS."
	default:
		return
	}
	diags.AddAttributeError(path.Root("endpoint"), m.summary("endpoint"), "endpoint cannot be used: "+wrong+". "+remedy)
}

func (m *backendEnvironmentModel) flatten(s backendenv.Settings, diags *diag.Diagnostics) {
	variables := s.Variables()
	open, secret := map[string]string{}, map[string]string{}
	for _, v := range variables {
		if v.Secret {
			secret[v.Name] = v.Value
		} else {
			open[v.Name] = v.Value
		}
	}
	dotenv, err := backendenv.Dotenv(variables)
	if err != nil {
		awsdiag.Add(diags, "write the environment for the bucket", s.Bucket, err)
		return
	}
	m.Variables, m.SecretVariables = mapOf(open), mapOf(secret)
	m.Dotenv, m.Compose = types.StringValue(dotenv), types.StringValue(backendenv.Compose(variables))
}

const backendEnvironmentDescription = `The environment variables with which FOVEA's backend reads its videos from a bucket: those that the app reads, and none of the deployment guide's ` + "`S3_ENABLED`, `S3_MANIFEST_KEY` and `FRONTEND_URL`" + `, which nothing reads.

-> ` + "`dotenv`, `compose` and `secret_variables`" + ` contain the secret key and are stored in the state.

## Where it goes

Write ` + "`dotenv`" + ` to the file ` + "`.env`" + ` beside FOVEA's ` + "`docker-compose.yml`" + `, or to a file that you name with ` + "`docker compose --env-file`" + `.

Do not name the file under ` + "`env_file:`" + `. FOVEA's ` + "`docker-compose.yml`" + ` sets the same variables under ` + "`environment:`" + `, for example ` + "`VIDEO_STORAGE_TYPE: ${VIDEO_STORAGE_TYPE:-local}`" + `, and that wins over ` + "`env_file:`" + `. The app then starts on its local disk, and its next synchronization deletes every video of the bucket from its database, together with the annotations.

` + "`compose`" + ` is an alternative that does not depend on ` + "`.env`" + `: write it to ` + "`compose.override.yml`" + ` beside FOVEA's file. With ` + "`docker compose -f`" + `, name both files.

## What else wins

- **Exported variables of the shell win over ` + "`.env`" + ` and ` + "`--env-file`" + `.** Run ` + "`unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`" + ` first in a shell from which you run Terraform; otherwise FOVEA gets Terraform's key, or a mix of two keys. Variables that begin with ` + "`S3_`, `CDN_` or `VIDEO_`" + ` count too.
- ` + "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` win over `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`" + `, each on its own. FOVEA's sample file ` + "`.env.s3`" + ` has placeholders for the latter, and ` + "`CDN_ENABLED=true`" + ` with a placeholder host. All of them are therefore set here, empty where they are not used.
- Without keys, FOVEA uses the role of the EC2 instance. Its container needs ` + "`http_put_response_hop_limit = 2`" + ` in the ` + "`metadata_options`" + ` of the instance.

` + "`docker compose config`" + ` shows what FOVEA gets.

## What is not here

- ` + "`ALLOWED_ORIGINS`" + `: the origins that FOVEA's backend accepts. FOVEA's ` + "`docker-compose.yml`" + ` does not pass it on, so set it under ` + "`environment:`" + ` of the service. Use the same origins as in ` + "`fovea_bucket_cors`" + `.
- ` + "`NODE_ENV`" + `: leave it at ` + "`production`" + `, the default of FOVEA's ` + "`docker-compose.yml`" + `. With any other value FOVEA synchronizes at each start, and deletes the annotations of videos that the bucket no longer lists.
- ` + "`AWS_SESSION_TOKEN`" + `: FOVEA drops it, so temporary keys do not work.
- A server with a certificate of a private CA: mount the CA's certificate into the container and set ` + "`NODE_EXTRA_CA_CERTS`" + ` to its path there, under ` + "`environment:`" + `.
- ` + "`THUMBNAIL_STORAGE_TYPE`" + `: leave it as it is; nothing writes thumbnails to S3.`
