package provider

import (
	"context"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

func newBucketLogging() resource.Resource {
	return &bucketDocument[bucketLoggingModel, *bucketLoggingModel, s3types.LoggingEnabled]{
		typeName: "fovea_bucket_logging",
		document: s3bucket.Logging,
		awsType:  "aws_s3_bucket_logging",
		schema:   bucketLoggingSchema,
		plan:     planBucketLogging,
	}
}

func bucketLoggingSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Access logs of a bucket: who asked for which video, when, and with what result. S3 delivers them to another bucket within hours.\n\n" +
			"The target's policy must let the log service in: give the target a `fovea_bucket_policy` with the bucket's ARN in `access_log_source_arns`.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket to log. It may be any bucket, that of an `aws_s3_bucket` too."),
			"target_bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket that takes the logs: another one, of the same account and in the same region.",
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketName())},
			},
			"target_prefix": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What the keys of the logs begin with. Defaults to `s3-access/`.",
				Default:             stringdefault.StaticString("s3-access/"),
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.KeyPrefix())},
			},
		},
	}
}

// planBucketLogging refuses a bucket that starts to log to itself, where each log makes
// another.
func planBucketLogging(ctx context.Context, _ *providerData, change documentChange, diags *diag.Diagnostics) {
	m, ok := decode[bucketLoggingModel](ctx, change.plan, diags)
	if !ok {
		return
	}
	before := types.StringNull()
	if !change.state.Raw.IsNull() {
		diags.Append(change.state.GetAttribute(ctx, path.Root("target_bucket"), &before)...)
	}
	if m.Bucket.ValueString() == "" || !m.Bucket.Equal(m.TargetBucket) || m.TargetBucket.Equal(before) {
		return
	}
	bucket := m.Bucket.ValueString()
	diags.AddAttributeError(path.Root("target_bucket"), logsToItself.summary("The bucket %s would log to itself", bucket),
		"The delivery of each log would be logged in turn, without end. Set target_bucket to another bucket.")
}

type bucketLoggingModel struct {
	documentFields
	TargetBucket types.String `tfsdk:"target_bucket"`
	TargetPrefix types.String `tfsdk:"target_prefix"`
}

func (m *bucketLoggingModel) expand(context.Context, *providerData, *diag.Diagnostics) s3types.LoggingEnabled {
	return s3types.LoggingEnabled{
		TargetBucket: m.TargetBucket.ValueStringPointer(),
		TargetPrefix: m.TargetPrefix.ValueStringPointer(),
	}
}

func (m *bucketLoggingModel) flatten(_ context.Context, _ *providerData, got s3types.LoggingEnabled, _ *diag.Diagnostics) {
	m.TargetBucket = types.StringPointerValue(got.TargetBucket)
	m.TargetPrefix = types.StringPointerValue(got.TargetPrefix)
}
