package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// videoBucketSchema leaves the defaults of whole documents to the plan, which knows
// what the server lacks.
func videoBucketSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages a bucket for videos, with the settings that keep them safe: versioning, encryption, no public access, no ACLs.\n\n" +
			"Videos are irreplaceable, so no plan deletes one by surprise. A bucket that exists is imported, never adopted. " +
			"A plan that destroys the bucket is refused while it holds anything but a manifest of this provider, unless `force_destroy` is true. " +
			"A plan that replaces the bucket is refused while it holds anything, with `force_destroy` too, and always if the new bucket has the same name. " +
			"A bucket that cannot be read is never treated as missing. " +
			"Add `prevent_destroy` as in the example: the guide [Protecting videos from a plan](../guides/protecting-videos.md) says what it does that the provider cannot.",
		Attributes: map[string]schema.Attribute{
			"id": idAttribute("Name of the bucket."),
			"bucket": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of the bucket. Changing this forces a new, empty bucket, and is refused while this one holds anything. Exactly one of `bucket` and `bucket_prefix` must be set.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
				Validators: []validator.String{
					tftype.BucketName(),
					stringvalidator.ExactlyOneOf(path.MatchRoot("bucket"), path.MatchRoot("bucket_prefix")),
				},
			},
			"bucket_prefix": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Prefix for a generated, unique bucket name. Changing this forces a new, empty bucket unless the name begins with the new prefix.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(anotherPrefix,
					"Changing the prefix forces a new bucket, unless the name of the bucket begins with the new prefix.",
					"Changing the prefix forces a new bucket, unless the name of the bucket begins with the new prefix.")},
				Validators: []validator.String{tftype.BucketPrefix()},
			},
			"region": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Region in which a new bucket is created. Defaults to the region of the provider. A bucket cannot move: changing this forces a new bucket, which is refused under the same name.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"force_destroy": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether to delete every object, with all its versions, when the bucket is destroyed. They cannot be restored. Defaults to `false`.",
				Default:             booldefault.StaticBool(false),
			},
			"versioning": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`Enabled` keeps the versions that an upload overwrites or a delete removes. `Suspended` keeps the existing versions and makes no more. `Disabled` leaves a bucket that never had versioning as it is; S3 cannot turn versioning off once a bucket had it. Defaults to `Enabled`.",
				Validators:          []validator.String{stringvalidator.OneOf("Enabled", "Suspended", "Disabled")},
			},
			"encryption": schema.SingleNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "How S3 encrypts new objects. Defaults to `AES256`, keys of S3's own.",
				Attributes: map[string]schema.Attribute{
					"algorithm": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "`AES256`, `aws:kms` or `aws:kms:dsse`. Defaults to `AES256`.",
						Default:             stringdefault.StaticString("AES256"),
						Validators:          []validator.String{stringvalidator.OneOf("AES256", "aws:kms", "aws:kms:dsse")},
					},
					"kms_key_arn": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "KMS key, with the two KMS algorithms: its ARN, its ID, or the name or ARN of an alias. Defaults to the account's `aws/s3` key. Prefer the ARN: S3 looks up an ID or an alias name in the account of whoever uploads. Readers need `kms:Decrypt` on it: see `kms_key_arns` of `fovea_access_user`.",
						PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.KMSKey())},
					},
					"bucket_key_enabled": schema.BoolAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Make one data key serve many objects, which costs fewer KMS requests. Defaults to `false`.",
						Default:             booldefault.StaticBool(false),
					},
				},
			},
			"public_access_block": schema.SingleNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What S3 refuses so that the bucket does not become public by mistake. Defaults to everything.",
				Attributes: map[string]schema.Attribute{
					"block_public_acls":       trueByDefault("Refuse ACLs that are public."),
					"block_public_policy":     trueByDefault("Refuse bucket policies that are public."),
					"ignore_public_acls":      trueByDefault("Ignore public ACLs that exist."),
					"restrict_public_buckets": trueByDefault("Keep everybody outside the account out of a bucket with a public policy."),
				},
			},
			"object_ownership": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Who owns objects that other accounts upload: `BucketOwnerEnforced`, which switches ACLs off, `BucketOwnerPreferred` or `ObjectWriter`. Defaults to `BucketOwnerEnforced`.",
				Validators:          []validator.String{stringvalidator.OneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")},
			},
			"tags":                        tagsAttribute(),
			"tags_all":                    tagsAllAttribute(),
			"arn":                         settled("ARN of the bucket."),
			"bucket_domain_name":          settled("Host name of the bucket, such as `videos.s3.amazonaws.com`."),
			"bucket_regional_domain_name": settled("Host name of the bucket in its region, such as `videos.s3.eu-west-1.amazonaws.com`. CloudFront wants this one."),
			"hosted_zone_id":              settled("ID of the Route 53 zone of the region's S3 website endpoint."),
		},
		Blocks: map[string]schema.Block{
			"timeouts": timeouts.Block(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Defaults to `20m`.",
				ReadDescription:   "Defaults to `10m`.",
				UpdateDescription: "Defaults to `20m`.",
				DeleteDescription: "Defaults to `6h`, for buckets with millions of objects. Objects deleted before the timeout stay deleted, and the next destroy continues.",
			}),
		},
	}
}

func trueByDefault(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: description + " Defaults to `true`.",
		Default:             booldefault.StaticBool(true),
	}
}

func defaultEncryption() types.Object {
	return types.ObjectValueMust(
		map[string]attr.Type{"algorithm": types.StringType, "kms_key_arn": types.StringType, "bucket_key_enabled": types.BoolType},
		map[string]attr.Value{"algorithm": types.StringValue("AES256"), "kms_key_arn": types.StringNull(), "bucket_key_enabled": types.BoolValue(false)},
	)
}

func defaultPublicAccessBlock() types.Object {
	kinds, values := map[string]attr.Type{}, map[string]attr.Value{}
	for _, name := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
		kinds[name], values[name] = types.BoolType, types.BoolValue(true)
	}
	return types.ObjectValueMust(kinds, values)
}
