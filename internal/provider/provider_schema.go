package provider

import (
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// providerSchema has the names and meanings of hashicorp/aws, so that a block
// can be copied over.
func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Builds and watches over the S3 storage of [FOVEA](https://github.com/parafovea), a web app for annotating video. " +
			"Arguments have the names and meanings of the `hashicorp/aws` provider; what is left out comes from the `AWS_*` environment and the shared AWS files.\n\n" +
			"Videos cannot be replaced: read the guide [Protecting videos from a plan](guides/protecting-videos.md) before you apply a configuration to a bucket in use.",
		Attributes: map[string]schema.Attribute{
			"region":                   optional("AWS region, such as `us-east-1`. Defaults to `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's."),
			"profile":                  optional("Name of a profile in the shared AWS files. Defaults to `AWS_PROFILE`."),
			"access_key":               secret("Access key ID. Defaults to `AWS_ACCESS_KEY_ID`."),
			"secret_key":               secret("Secret access key. Defaults to `AWS_SECRET_ACCESS_KEY`."),
			"token":                    secret("Session token of temporary credentials. Defaults to `AWS_SESSION_TOKEN`."),
			"shared_config_files":      optionalList("Shared configuration files. Defaults to `AWS_CONFIG_FILE`, or `~/.aws/config`."),
			"shared_credentials_files": optionalList("Shared credentials files. Defaults to `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/credentials`."),

			"s3_use_path_style":           flag("Put bucket names into the path of S3 URLs instead of the host name, as most S3-compatible servers want it."),
			"skip_credentials_validation": flag("Do not ask STS whether the credentials are right, for servers without STS. Set together with `skip_requesting_account_id`."),
			"skip_requesting_account_id":  flag("Do not use the account's ID, for servers without STS. At AWS, requests about a bucket of `fovea_video_bucket` then no longer name the account that must own it."),
			"skip_region_validation":      flag("Accept a region that this provider does not know."),
			"skip_metadata_api_check":     flag("Do not use the EC2 instance metadata service for credentials. Defaults to `AWS_EC2_METADATA_DISABLED`."),
			"insecure":                    flag("Accept any TLS certificate."),
			"use_fips_endpoint":           flag("Use endpoints with FIPS cryptography. Defaults to `AWS_USE_FIPS_ENDPOINT`."),
			"use_dualstack_endpoint":      flag("Use endpoints that also speak IPv6. Defaults to `AWS_USE_DUALSTACK_ENDPOINT`."),

			"max_retries": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How often a request that failed for a passing reason is sent at most. Defaults to `AWS_MAX_ATTEMPTS`, or 25.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"retry_mode": optional("How retries are spaced: `standard` or `adaptive`. Defaults to `AWS_RETRY_MODE`, or `standard`.",
				stringvalidator.OneOf("standard", "adaptive")),
			"custom_ca_bundle": optional("File with the certificates of the authorities to trust, in PEM format. Defaults to `AWS_CA_BUNDLE`."),
			"http_proxy":       optional("URL of the proxy for HTTP requests. Defaults to `HTTP_PROXY`.", tftype.ProxyURL()),
			"https_proxy":      optional("URL of the proxy for HTTPS requests, or `\"\"` for none. Defaults to `HTTPS_PROXY`, or `http_proxy`.", tftype.ProxyURL()),
			"no_proxy":         optional("Comma-separated hosts to reach without a proxy. Defaults to `NO_PROXY`."),

			"allowed_account_ids": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Accounts to work in; with credentials of another one nothing is done. Conflicts with `forbidden_account_ids`.",
				Validators: []validator.Set{
					setvalidator.ConflictsWith(path.MatchRoot("forbidden_account_ids")),
					setvalidator.ValueStringsAre(tftype.AccountID()),
				},
			},
			"forbidden_account_ids": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Accounts never to work in. Conflicts with `allowed_account_ids`.",
				Validators:          []validator.Set{setvalidator.ValueStringsAre(tftype.AccountID())},
			},
		},
		Blocks: map[string]schema.Block{
			"assume_role":                   assumeRoleBlock(),
			"assume_role_with_web_identity": webIdentityBlock(),
			"endpoints": schema.ListNestedBlock{
				MarkdownDescription: "URLs to use in place of AWS's, for S3-compatible servers and tests. Defaults to `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_IAM`, `AWS_ENDPOINT_URL_STS`, or `AWS_ENDPOINT_URL`. " +
					"A server that refuses the checksums which AWS's SDKs send needs `AWS_REQUEST_CHECKSUM_CALCULATION=when_required` in the environment as well.",
				Validators: []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"s3":  optional("URL of S3, such as `https://minio.example.com:9000`."),
					"iam": optional("URL of IAM."),
					"sts": optional("URL of STS."),
				}},
			},
			"default_tags": schema.ListNestedBlock{
				MarkdownDescription: "Tags for every resource of this provider that has tags.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"tags": schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "The tags. A resource's own tag of the same key wins.", Validators: []validator.Map{tftype.Tags()}},
				}},
			},
			"ignore_tags": schema.ListNestedBlock{
				MarkdownDescription: "Tags that others manage: they are neither shown nor removed.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"keys":         schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Exact keys."},
					"key_prefixes": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Beginnings of keys."},
				}},
			},
		},
	}
}

func assumeRoleBlock() schema.Block {
	attributes := roleAttributes()
	attributes["external_id"] = optional("External ID that the role's trust policy asks for.")
	attributes["source_identity"] = optional("Source identity that the role's sessions carry.")
	attributes["tags"] = schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Session tags.", Validators: []validator.Map{tftype.Tags()}}
	attributes["transitive_tag_keys"] = schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Session tags that further roles in the chain inherit."}
	return schema.ListNestedBlock{
		MarkdownDescription: "Role to act as. Several blocks make a chain, in order.",
		NestedObject:        schema.NestedBlockObject{Attributes: attributes},
	}
}

func webIdentityBlock() schema.Block {
	attributes := roleAttributes()
	attributes["web_identity_token"] = secret("OpenID Connect token. Conflicts with `web_identity_token_file`.")
	attributes["web_identity_token_file"] = optional("File that holds the token. Defaults to `AWS_WEB_IDENTITY_TOKEN_FILE`.",
		// On this side, since Terraform prints the line of the attribute at fault.
		stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token")))
	return schema.ListNestedBlock{
		MarkdownDescription: "Role to act as with an OpenID Connect token, as CI services give it.",
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject:        schema.NestedBlockObject{Attributes: attributes},
	}
}

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

func roleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"role_arn":     schema.StringAttribute{Required: true, MarkdownDescription: "ARN of the role.", Validators: []validator.String{tftype.ARN("iam", "role/")}},
		"duration":     optional("How long a session lasts, `15m` to `12h`, such as `1h30m`.", tftype.DurationBetween(15*time.Minute, 12*time.Hour)),
		"policy":       optional("Policy, as JSON, that narrows the session further.", tftype.JSONObject()),
		"policy_arns":  schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "ARNs of managed policies that narrow the session further.", Validators: []validator.Set{setvalidator.ValueStringsAre(tftype.ARN("iam", "policy/"))}},
		"session_name": optional("Name of the session in AWS's logs, 2 to 64 characters.", stringvalidator.RegexMatches(sessionName, "must have 2 to 64 letters, digits and characters of _+=,.@-")),
	}
}

func optional(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: validators}
}

func secret(description string) schema.StringAttribute {
	a := optional(description)
	a.Sensitive = true
	return a
}

func optionalList(description string) schema.ListAttribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}
