package provider

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// inventoryFields are what a manifest says of a video, and what tells whether it
// plays.
var inventoryFields = []string{"ETag", "IntelligentTieringAccessTier", "LastModifiedDate", "Size", "StorageClass"}

func newBucketInventory() resource.Resource {
	return &bucketDocument[bucketInventoryModel, *bucketInventoryModel, s3types.InventoryConfiguration]{
		typeName:    "fovea_bucket_inventory",
		document:    s3bucket.Inventory,
		defaultName: defaultInventoryName,
		awsType:     "aws_s3_bucket_inventory",
		schema:      bucketInventorySchema,
	}
}

type bucketInventoryModel struct {
	documentFields
	Name                   types.String               `tfsdk:"name"`
	Frequency              types.String               `tfsdk:"frequency"`
	Format                 types.String               `tfsdk:"format"`
	Prefix                 types.String               `tfsdk:"prefix"`
	IncludedObjectVersions types.String               `tfsdk:"included_object_versions"`
	Destination            *inventoryDestinationModel `tfsdk:"destination"`
	Enabled                types.Bool                 `tfsdk:"enabled"`
	Fields                 tftype.UnorderedStrings    `tfsdk:"fields"`
}

type inventoryDestinationModel struct {
	BucketARN types.String `tfsdk:"bucket_arn"`
	Prefix    types.String `tfsdk:"prefix"`
	AccountID types.String `tfsdk:"account_id"`
	KMSKeyARN types.String `tfsdk:"kms_key_arn"`
}

func (m *bucketInventoryModel) expand(context.Context, *providerData, *diag.Diagnostics) s3types.InventoryConfiguration {
	c := s3types.InventoryConfiguration{
		Id:                     m.Name.ValueStringPointer(),
		IsEnabled:              m.Enabled.ValueBoolPointer(),
		IncludedObjectVersions: s3types.InventoryIncludedObjectVersions(m.IncludedObjectVersions.ValueString()),
		Schedule:               &s3types.InventorySchedule{Frequency: s3types.InventoryFrequency(m.Frequency.ValueString())},
		Destination:            &s3types.InventoryDestination{S3BucketDestination: m.Destination.expand(m.Format.ValueString())},
	}
	for _, field := range inventoryFields {
		c.OptionalFields = append(c.OptionalFields, s3types.InventoryOptionalField(field))
	}
	if prefix := m.Prefix.ValueString(); prefix != "" {
		c.Filter = &s3types.InventoryFilter{Prefix: &prefix}
	}
	return c
}

func (m *inventoryDestinationModel) expand(format string) *s3types.InventoryS3BucketDestination {
	d := &s3types.InventoryS3BucketDestination{
		Bucket: m.BucketARN.ValueStringPointer(), AccountId: m.AccountID.ValueStringPointer(), Format: s3types.InventoryFormat(format),
	}
	if prefix := m.Prefix.ValueString(); prefix != "" {
		d.Prefix = &prefix
	}
	if key := m.KMSKeyARN.ValueString(); key != "" {
		d.Encryption = &s3types.InventoryEncryption{SSEKMS: &s3types.SSEKMS{KeyId: &key}}
	}
	return d
}

func (m *bucketInventoryModel) flatten(_ context.Context, _ *providerData, got s3types.InventoryConfiguration, _ *diag.Diagnostics) {
	m.Enabled = types.BoolValue(aws.ToBool(got.IsEnabled))
	m.IncludedObjectVersions = types.StringValue(string(got.IncludedObjectVersions))
	m.Frequency, m.Prefix = types.StringValue(""), types.StringValue("")
	if got.Schedule != nil {
		m.Frequency = types.StringValue(string(got.Schedule.Frequency))
	}
	if got.Filter != nil {
		m.Prefix = types.StringValue(aws.ToString(got.Filter.Prefix))
	}
	var fields []string
	for _, field := range got.OptionalFields {
		fields = append(fields, string(field))
	}
	m.Fields = tftype.NewUnorderedStrings(fields)
	if got.Destination == nil || got.Destination.S3BucketDestination == nil {
		m.Format, m.Destination = types.StringValue(""), nil
		return
	}
	d := got.Destination.S3BucketDestination
	m.Format = types.StringValue(string(d.Format))
	m.Destination = &inventoryDestinationModel{
		BucketARN: types.StringPointerValue(d.Bucket), Prefix: types.StringValue(aws.ToString(d.Prefix)), AccountID: types.StringPointerValue(d.AccountId),
	}
	if e := d.Encryption; e != nil && e.SSEKMS != nil {
		m.Destination.KMSKeyARN = types.StringPointerValue(e.SSEKMS.KeyId)
	}
}

// defaultInventoryName is the name of the inventory that a manifest is made of.
const defaultInventoryName = "FOVEAVideos"

func bucketInventorySchema(context.Context) schema.Schema {
	oneOf := func(description, value string, others ...string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: description,
			Default:             stringdefault.StaticString(value),
			PlanModifiers:       []planmodifier.String{tftype.RefuseNew(stringvalidator.OneOf(append(others, value)...))},
		}
	}
	return schema.Schema{
		MarkdownDescription: "An inventory of a bucket: S3 itself lists the bucket once a day or a week, and delivers the list to a bucket. " +
			"`fovea_manifest` with `source = \"inventory\"` reads it, for buckets that are too large to be listed by every plan. " +
			"The first one is there within 48 hours. A bucket can have 1,000 such configurations; this is one of them. S3 charges for each million objects in a list.\n\n" +
			"S3 takes the configuration whether or not it can deliver. The policy of the destination must let it: give that bucket a `fovea_bucket_policy` with the ARN of the bucket that is listed in `inventory_source_arns`. " +
			"That statement allows the service `s3.amazonaws.com` the action `s3:PutObject` on the destination's objects, under the conditions that `aws:SourceArn` is the ARN and `aws:SourceAccount` the account of the bucket that is listed. " +
			"With `kms_key_arn`, the key's policy must allow the same service `kms:GenerateDataKey`.",
		Attributes: map[string]schema.Attribute{
			"bucket":    bucketAttribute("Name of the bucket to list. It may be any bucket, that of an `aws_s3_bucket` too."),
			"frequency": oneOf("How often: `Daily`, or `Weekly` on Sundays. Defaults to `Daily`.", "Daily", "Weekly"),
			"format":    oneOf("Format of the lists, `Parquet` or `CSV`. Defaults to `Parquet`.", "Parquet", "CSV"),
			"prefix": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "List only keys that begin with this. A manifest made of it then knows no sidecars outside. Defaults to all.",
				Default:             stringdefault.StaticString(""),
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.KeyPrefix())},
			},
			"included_object_versions": oneOf("`Current`, or `All` versions. A manifest lists the current ones in either case. Defaults to `Current`.", "Current", "All"),
			"destination":              inventoryDestinationAttribute(),
			"enabled": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether S3 delivers inventories. Defaults to `true`.",
				Default:             booldefault.StaticBool(true),
			},
			"fields": unorderedStrings(schema.ListAttribute{
				Computed:            true,
				MarkdownDescription: "What the lists say of an object beside its key: all that a manifest needs.",
				Default:             listdefault.StaticValue(listOf(inventoryFields)),
			}),
		},
	}
}

func inventoryDestinationAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Where S3 delivers the lists.",
		Attributes: map[string]schema.Attribute{
			"bucket_arn": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ARN of the bucket that takes them, in the same region. It may belong to another account.",
				Validators:          []validator.String{tftype.BucketARN()},
			},
			"prefix": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Prefix of the keys of the inventories, without a slash at the end. S3 appends a slash, the name of the bucket and the name of the configuration. Defaults to nothing.",
				Default:             stringdefault.StaticString(""),
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.InventoryPrefix())},
			},
			"account_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Account that owns the bucket. S3 then does not deliver to a bucket of that name in another account. Not checked by default.",
				Validators:          []validator.String{tftype.AccountID()},
			},
			"kms_key_arn": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ARN of the KMS key to encrypt the lists with. Defaults to the encryption of the bucket.",
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(kmsKeyUnusable.validator(tftype.KMSKeyARN()))},
			},
		},
	}
}
