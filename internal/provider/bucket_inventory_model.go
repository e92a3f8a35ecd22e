package provider

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// inventoryFields are what a manifest says of a video, and what tells whether it
// plays.
var inventoryFields = []string{"ETag", "IntelligentTieringAccessTier", "LastModifiedDate", "Size", "StorageClass"}

type bucketInventoryModel struct {
	documentTimeouts
	ID                     types.String               `tfsdk:"id"`
	Bucket                 types.String               `tfsdk:"bucket"`
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

func (m bucketInventoryModel) identity() bucketNameIdentity {
	return bucketNameIdentity{m.Bucket, m.Name}
}

func (m bucketInventoryModel) expand() s3types.InventoryConfiguration {
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

func (m *bucketInventoryModel) flatten(got s3types.InventoryConfiguration) {
	m.ID = m.identity().id()
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
