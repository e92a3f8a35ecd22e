package provider

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

type videoBucketModel struct {
	ID                       types.String   `tfsdk:"id"`
	Bucket                   types.String   `tfsdk:"bucket"`
	BucketPrefix             types.String   `tfsdk:"bucket_prefix"`
	Region                   types.String   `tfsdk:"region"`
	ForceDestroy             types.Bool     `tfsdk:"force_destroy"`
	Versioning               types.String   `tfsdk:"versioning"`
	Encryption               types.Object   `tfsdk:"encryption"`
	PublicAccessBlock        types.Object   `tfsdk:"public_access_block"`
	ObjectOwnership          types.String   `tfsdk:"object_ownership"`
	Tags                     types.Map      `tfsdk:"tags"`
	TagsAll                  types.Map      `tfsdk:"tags_all"`
	ARN                      types.String   `tfsdk:"arn"`
	BucketDomainName         types.String   `tfsdk:"bucket_domain_name"`
	BucketRegionalDomainName types.String   `tfsdk:"bucket_regional_domain_name"`
	HostedZoneID             types.String   `tfsdk:"hosted_zone_id"`
	Timeouts                 timeouts.Value `tfsdk:"timeouts"`
}

type encryptionModel struct {
	Algorithm        types.String `tfsdk:"algorithm"`
	KMSKeyARN        types.String `tfsdk:"kms_key_arn"`
	BucketKeyEnabled types.Bool   `tfsdk:"bucket_key_enabled"`
}

type publicAccessBlockModel struct {
	BlockPublicACLs       types.Bool `tfsdk:"block_public_acls"`
	BlockPublicPolicy     types.Bool `tfsdk:"block_public_policy"`
	IgnorePublicACLs      types.Bool `tfsdk:"ignore_public_acls"`
	RestrictPublicBuckets types.Bool `tfsdk:"restrict_public_buckets"`
}

// name makes up the name of a bucket that is only given a prefix: 26 more
// characters, the time in front so that names sort by age.
func (m *videoBucketModel) name(now time.Time) {
	if m.Bucket.IsNull() || m.Bucket.IsUnknown() {
		random := make([]byte, 6)
		_, _ = rand.Read(random) // never fails
		m.Bucket = types.StringValue(m.BucketPrefix.ValueString() + now.UTC().Format("20060102150405") + hex.EncodeToString(random))
	}
	m.ID = m.Bucket
}

// place fills in what follows from where the bucket is.
func (m *videoBucketModel) place(partition, region string) {
	bucket := m.Bucket.ValueString()
	m.ID = m.Bucket
	m.Region = types.StringValue(region)
	m.ARN = types.StringValue(bucketARN(partition, bucket))
	m.BucketDomainName = types.StringValue(bucketDomainName(region, bucket))
	m.BucketRegionalDomainName = types.StringValue(bucketRegionalDomainName(region, bucket))
	m.HostedZoneID = hostedZoneID(region)
}

func (m videoBucketModel) encryption(ctx context.Context, diags *diag.Diagnostics) (encryptionModel, bool) {
	return object[encryptionModel](ctx, m.Encryption, diags)
}

func (m videoBucketModel) expandEncryption(ctx context.Context, diags *diag.Diagnostics) s3bucket.EncryptionSettings {
	e, _ := m.encryption(ctx, diags)
	return s3bucket.EncryptionSettings{
		Algorithm: s3types.ServerSideEncryption(e.Algorithm.ValueString()),
		KMSKeyARN: e.KMSKeyARN.ValueString(),
		BucketKey: e.BucketKeyEnabled.ValueBool(),
	}
}

// The types of the attributes of the two documents.
var (
	encryptionTypes        = defaultEncryption().AttributeTypes(context.Background())
	publicAccessBlockTypes = defaultPublicAccessBlock().AttributeTypes(context.Background())
)

func flattenEncryption(e s3bucket.EncryptionSettings) types.Object {
	return types.ObjectValueMust(encryptionTypes, map[string]attr.Value{
		"algorithm":          types.StringValue(string(e.Algorithm)),
		"kms_key_arn":        optionalString(e.KMSKeyARN),
		"bucket_key_enabled": types.BoolValue(e.BucketKey),
	})
}

func (m videoBucketModel) expandPublicAccessBlock(ctx context.Context, diags *diag.Diagnostics) s3bucket.PublicAccess {
	b, _ := object[publicAccessBlockModel](ctx, m.PublicAccessBlock, diags)
	return s3bucket.PublicAccess{
		BlockPublicACLs:       b.BlockPublicACLs.ValueBool(),
		BlockPublicPolicy:     b.BlockPublicPolicy.ValueBool(),
		IgnorePublicACLs:      b.IgnorePublicACLs.ValueBool(),
		RestrictPublicBuckets: b.RestrictPublicBuckets.ValueBool(),
	}
}

func flattenPublicAccessBlock(b s3bucket.PublicAccess) types.Object {
	return types.ObjectValueMust(publicAccessBlockTypes, map[string]attr.Value{
		"block_public_acls":       types.BoolValue(b.BlockPublicACLs),
		"block_public_policy":     types.BoolValue(b.BlockPublicPolicy),
		"ignore_public_acls":      types.BoolValue(b.IgnorePublicACLs),
		"restrict_public_buckets": types.BoolValue(b.RestrictPublicBuckets),
	})
}

// versioningDisabled is the versioning of a bucket that never had any. S3 has no
// status for it, and cannot bring a bucket back to it.
const versioningDisabled = "Disabled"

// flattenVersioning names the state of a bucket that never had versioning.
func flattenVersioning(status s3types.BucketVersioningStatus) types.String {
	if status == "" {
		return types.StringValue(versioningDisabled)
	}
	return types.StringValue(string(status))
}

// object reads an object into a model; ok is false when there is none.
func object[T any](ctx context.Context, from types.Object, diags *diag.Diagnostics) (model T, ok bool) {
	if from.IsNull() || from.IsUnknown() {
		return model, false
	}
	problems := from.As(ctx, &model, basetypes.ObjectAsOptions{})
	diags.Append(problems...)
	return model, !problems.HasError()
}
