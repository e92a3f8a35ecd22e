package provider

import (
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type bucketLoggingModel struct {
	documentTimeouts
	ID           types.String `tfsdk:"id"`
	Bucket       types.String `tfsdk:"bucket"`
	TargetBucket types.String `tfsdk:"target_bucket"`
	TargetPrefix types.String `tfsdk:"target_prefix"`
}

func (m bucketLoggingModel) expand() s3types.LoggingEnabled {
	return s3types.LoggingEnabled{
		TargetBucket: m.TargetBucket.ValueStringPointer(),
		TargetPrefix: m.TargetPrefix.ValueStringPointer(),
	}
}

func (m *bucketLoggingModel) flatten(got s3types.LoggingEnabled) {
	m.ID = m.Bucket
	m.TargetBucket = types.StringPointerValue(got.TargetBucket)
	m.TargetPrefix = types.StringPointerValue(got.TargetPrefix)
}
