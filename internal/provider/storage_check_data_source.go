package provider

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/backendenv"
	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ datasource.DataSourceWithConfigure      = (*storageCheckDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*storageCheckDataSource)(nil)
)

type storageCheckDataSource struct{ dataSourceBase }

func newStorageCheckDataSource() datasource.DataSource { return &storageCheckDataSource{} }

func (d *storageCheckDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_storage_check"
}

func (d *storageCheckDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	var names []string
	for _, name := range storagecheck.Names() {
		names = append(names, string(name))
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: storageCheckDescription,
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket with the videos.",
				Validators:          []validator.String{tftype.BucketName()},
			},
			"key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Key of the manifest. Defaults to `manifest.json`.",
				Validators:          []validator.String{tftype.AnyObjectKey()},
			},
			"origin": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Origin of FOVEA's pages: scheme, host and port of the URL at which users open it, such as `https://fovea.example.com`, without a path or a slash at the end. Without it, `cors` is skipped.",
				Validators:          []validator.String{tftype.BrowserOrigin()},
			},
			"access_key_id": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "FOVEA's access key, such as one of `fovea_access_key`. With it, `credentials`, `list`, `get` and `presigned_url` say what this key may do. Defaults to the provider's credentials.",
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("secret_access_key"))},
			},
			"secret_access_key": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Secret of the access key. Required with `access_key_id`.",
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("access_key_id"))},
			},
			"include": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Names of the checks to make. Defaults to those of what FOVEA needs: `credentials`, `region`, `list`, `get`, `manifest`, `cors`, `presigned_url` and `clock_skew`. The others are " +
					"`public_access`, `tls_only`, `versioning`, `encryption`, `lifecycle`, `replication`, `archived_videos` and `costs`.",
				Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(names...))},
			},
			"healthy": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether no check has the status `fail`.",
			},
			"checks": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The results, one for each check in `include`, in the order of the table above.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":   schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the check."},
					"status": schema.StringAttribute{Computed: true, MarkdownDescription: "`pass`; `warn` for what works and will be trouble; `fail` for what does not work; `skipped` for what could not be checked, or does not apply."},
					"code":   schema.StringAttribute{Computed: true, MarkdownDescription: "What was found, in a word that does not change between versions. `ok` if nothing is wrong."},
					"detail": schema.StringAttribute{Computed: true, MarkdownDescription: "What was found, in a sentence. It holds no secret."},
					"remedy": schema.StringAttribute{Computed: true, MarkdownDescription: "What to do about it: the resource, its argument and the value. Null if nothing is to be done."},
				}},
			},
		},
	}
}

func (d *storageCheckDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if m, ok := decode[storageCheckModel](ctx, req.Config, &resp.Diagnostics); ok {
		m.validate(&resp.Diagnostics)
	}
}

func (d *storageCheckDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[storageCheckModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	options := m.options()
	results, err := storagecheck.Run(ctx, m.setup(d.clients), options)
	if err != nil {
		awsdiag.Add(&resp.Diagnostics, "check the bucket", options.Bucket, err)
		return
	}
	for _, r := range results {
		tflog.Debug(ctx, "Storage check", map[string]any{"bucket": options.Bucket, "check": string(r.Name), "status": string(r.Status), "code": string(r.Code)})
	}
	m.flatten(options, results, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

type storageCheckModel struct {
	Bucket          types.String `tfsdk:"bucket"`
	Key             types.String `tfsdk:"key"`
	Origin          types.String `tfsdk:"origin"`
	AccessKeyID     types.String `tfsdk:"access_key_id"`
	SecretAccessKey types.String `tfsdk:"secret_access_key"`
	Include         types.Set    `tfsdk:"include"`

	Healthy types.Bool `tfsdk:"healthy"`
	Checks  types.List `tfsdk:"checks"`
}

// validate judges the access key. No message is on its line, which Terraform would print.
func (m *storageCheckModel) validate(diags *diag.Diagnostics) {
	for argument, value := range map[string]types.String{"access_key_id": m.AccessKeyID, "secret_access_key": m.SecretAccessKey} {
		if value.IsNull() || value.IsUnknown() {
			continue
		}
		if wrong := backendenv.WrongValue(value.ValueString()); wrong != "" {
			diags.AddError(storageCheckInvalid.summary("The storage check of the bucket %s: The %s cannot be used", nameOf(m.Bucket), argument),
				argument+" cannot be used: "+wrong+". Use it as the server gave it, or leave both keys out to check the provider's credentials.")
		}
	}
}

func (m *storageCheckModel) options() storagecheck.Options {
	o := storagecheck.Options{Bucket: m.Bucket.ValueString(), ManifestKey: defaultManifestKey, Origin: m.Origin.ValueString()}
	if !m.Key.IsNull() {
		o.ManifestKey = m.Key.ValueString()
	}
	for _, name := range knownStrings(m.Include) {
		o.Include = append(o.Include, storagecheck.Name(name))
	}
	return o
}

func (m *storageCheckModel) setup(clients *awsclient.Clients) storagecheck.Setup {
	s := storagecheck.Setup{
		Own: checkAccess{clients}, HTTP: clients.HTTP(), Now: clients.Now,
		Region: clients.Region, AtAWS: clients.AtAWS(), WithoutTLS: clients.WithoutTLS(),
	}
	if id := m.AccessKeyID.ValueString(); id != "" {
		s.AppTemporary = backendenv.Temporary(id)
		s.App = checkAccess{clients.WithKey(id, m.SecretAccessKey.ValueString())}
	}
	return s
}

// checkAccess is the access of an access key.
type checkAccess struct{ *awsclient.Clients }

// foveaURLLifetime is that of the URLs that FOVEA signs.
const foveaURLLifetime = time.Hour

// PresignGet signs a URL like those that FOVEA hands to browsers.
func (a checkAccess) PresignGet(ctx context.Context, region, bucket, key string) (string, http.Header, error) {
	signed, err := a.Presign(ctx, awsclient.PresignRequest{
		Method: http.MethodGet, Bucket: bucket, Key: key, Region: region, Lifetime: foveaURLLifetime, ChecksumMode: true,
	})
	if err != nil {
		return "", nil, err
	}
	header := http.Header{}
	for name, value := range signed.Headers {
		header.Set(name, value)
	}
	return signed.URL, header, nil
}

var checkAttributes = map[string]attr.Type{
	"name": types.StringType, "status": types.StringType, "code": types.StringType, "detail": types.StringType, "remedy": types.StringType,
}

func (m *storageCheckModel) flatten(o storagecheck.Options, results []storagecheck.Result, diags *diag.Diagnostics) {
	elements := []attr.Value{}
	for _, r := range results {
		check, problems := types.ObjectValue(checkAttributes, map[string]attr.Value{
			"name": types.StringValue(string(r.Name)), "status": types.StringValue(string(r.Status)), "code": types.StringValue(string(r.Code)),
			"detail": types.StringValue(r.Detail), "remedy": optionalString(awsdiag.StorageRemedy(o, r)),
		})
		diags.Append(problems...)
		elements = append(elements, check)
	}
	list, problems := types.ListValue(types.ObjectType{AttrTypes: checkAttributes}, elements)
	diags.Append(problems...)
	m.Healthy, m.Checks = types.BoolValue(storagecheck.Healthy(results)), list
}

const storageCheckDescription = `Checks whether FOVEA can use a bucket, as the troubleshooting section of its deployment guide has an operator do by hand: credentials, permissions, CORS, presigned URLs, and what in the settings of the bucket will be trouble. Each result names the resource and the argument that put it right.

It fails only for arguments that cannot be used. What it finds is in ` + "`checks`" + `, so it fits a ` + "`check`" + ` block, which makes a warning of it.

-> The access key is stored in the state, as every argument of a data source is. Leave it out to check the provider's credentials. Those with the profiles ` + "`plan` and `apply`" + ` of ` + "`fovea_access_policy`" + ` may not read videos: for them ` + "`get`" + ` and ` + "`presigned_url`" + ` fail with ` + "`get-denied`" + `, so give FOVEA's access key.

Each read sends at most 15 requests, and at most 3 more with ` + "`access_key_id`" + `. They only read, and take no more than about a minute. The listing ends after 1,000 keys, and no more than 1 MiB of the manifest is read. Credentials that may not read a setting skip its check with ` + "`needs s3:GetBucketPolicy`" + `, for example, and a server that lacks a part of S3 skips it with the code ` + "`unsupported`" + `.

## Checks

| name | passes if | other codes |
|---|---|---|
| ` + "`credentials`" + ` | the server accepts the access key | ` + "`access-key-unknown` (deleted or inactive), `secret-key-wrong`, `session-expired`, `access-key-temporary` (FOVEA drops session tokens)" + ` |
| ` + "`region`" + ` | the bucket is in the provider's region, which stands for ` + "`S3_REGION`" + ` | ` + "`region-differs` (warn), `region-unknown`" + ` |
| ` + "`list`" + ` | the bucket may be listed; if a listing is denied, FOVEA treats the bucket as empty and deletes the annotations of its videos | ` + "`list-denied`, `tls-required`" + ` |
| ` + "`get`" + ` | the newest video that is not archived may be read, its KMS key included | ` + "`get-denied`, `kms-denied`, `kms-key-unusable`, `tls-required`, `video-archived`, `object-missing` (skipped)" + ` |
| ` + "`manifest`" + ` | the manifest is there and lists what the first 1,000 keys of the bucket have | ` + "`manifest-missing`, `manifest-invalid`, `manifest-stale`, `manifest-partial` (warn: newer videos in folders of which it lists none), `manifest-in-future` (warn)" + ` |
| ` + "`cors`" + ` | a preflight from ` + "`origin`" + ` is allowed, with the header ` + "`Range`" + ` | ` + "`cors-missing`, `cors-refused`, `cors-headers-refused`, `cors-headers-hidden` (warn: scripts cannot read `Content-Range`), `cors-not-on-get`" + ` |
| ` + "`presigned_url`" + ` | a URL that is signed as FOVEA signs it, read without other credentials, gives a range of that video | ` + "`presigned-url-refused`, `range-ignored` (warn), `clock-skewed`, those of `get`" + ` |
| ` + "`clock_skew`" + ` | this machine's clock is at most 2 minutes off the server's | ` + "`clock-off` (warn), `clock-skewed` (more than 15 minutes)" + ` |
| ` + "`public_access`" + ` | public access is blocked | ` + "`policy-public`, `public-access-not-blocked` (warn)" + ` |
| ` + "`tls_only`" + ` | the policy denies requests without TLS | ` + "`tls-optional` (warn)" + ` |
| ` + "`versioning`" + ` | versioning is enabled | ` + "`versioning-off` (warn)" + ` |
| ` + "`encryption`" + ` | the bucket has a default encryption | ` + "`encryption-off` (warn)" + ` |
| ` + "`lifecycle`" + ` | no rule deletes videos, or archives them where they do not play | ` + "`lifecycle-archives` (warn), `lifecycle-deletes` (warn)" + ` |
| ` + "`replication`" + ` | there is a rule that is enabled, and the two newest videos are copied or on their way | ` + "`replication-off` (warn), `replication-disabled` (warn), `replication-failed`, `replication-late` (warn), `replication-partial` (warn)" + ` |
| ` + "`archived_videos`" + ` | no video among the first 1,000 keys is archived | ` + "`videos-archived`" + ` |
| ` + "`costs`" + ` | always; the detail has an estimate for the first 1,000 keys. ` + "`fovea_bucket_usage`" + ` counts all. | ` + "`cost-unknown` (warn)" + ` |

Two things are not detected: public access by ACLs, and videos in the archive tiers of ` + "`INTELLIGENT_TIERING`" + `, which listings do not show.

Every check can also fail with ` + "`unreachable`, `no-answer`, `foreign-answer`, `server-error`, `bucket-missing` or `other-error`" + `, and be skipped with ` + "`not-permitted`, `unsupported`, `no-object`, `no-origin`, `not-configured`, `not-readable`, `request-limit`" + `, or ` + "`not-reached`" + ` if another check says why.

A bucket that the same apply creates is checked after it, if its name comes from the resource. Name what else is to be there in ` + "`depends_on`" + `, such as the CORS rules.`
