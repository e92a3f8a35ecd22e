package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure   = (*bucketLogging)(nil)
	_ resource.ResourceWithIdentity    = (*bucketLogging)(nil)
	_ resource.ResourceWithImportState = (*bucketLogging)(nil)
	_ resource.ResourceWithModifyPlan  = (*bucketLogging)(nil)
)

type bucketLogging struct{ resourceBase }

func newBucketLogging() resource.Resource { return &bucketLogging{} }

func (r *bucketLogging) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_logging"
}

func (r *bucketLogging) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *bucketLogging) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Access logs of a bucket: who asked for which video, when, and with what result. S3 delivers them to another bucket within hours.\n\n" +
			"The target's policy must let the log service in: give the target a `fovea_bucket_policy` with the bucket's ARN in `access_log_source_arns`.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Name of the bucket."),
			"bucket": bucketAttribute("Name of the bucket to log. It may be any bucket, that of an `aws_s3_bucket` too."),
			"target_bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket that takes the logs: another one, of the same account and in the same region.",
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketName())},
			},
			"target_prefix": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What the keys of the logs begin with. Default: `s3-access/`.",
				Default:             stringdefault.StaticString("s3-access/"),
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.KeyPrefix())},
			},
		},
		Blocks: documentTimeoutsBlocks(ctx),
	}
}

// refuseSelfLogging refuses a bucket that starts to log to itself, where each log
// makes another.
func refuseSelfLogging(m bucketLoggingModel, targetBefore types.String, diags *diag.Diagnostics) {
	if m.Bucket.ValueString() == "" || !m.Bucket.Equal(m.TargetBucket) || m.TargetBucket.Equal(targetBefore) {
		return
	}
	bucket := m.Bucket.ValueString()
	diags.AddAttributeError(path.Root("target_bucket"), logsToItself.summary("The bucket %s would log to itself", bucket),
		"The delivery of each log would be logged in turn, without end. Set target_bucket to another bucket.")
}

func (r *bucketLogging) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketLoggingModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	m.ID = m.Bucket
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketLogging) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketLoggingModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	logging, err := r.buckets.Logging(ctx, m.Bucket.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read where the access logs go of", m.Bucket.ValueString(), err)
	default:
		m.flatten(logging)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketLogging) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketLoggingModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketLogging) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketLoggingModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if err := r.buckets.DeleteLogging(ctx, m.Bucket.ValueString()); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "end the access logs of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketLogging) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}

// ModifyPlan refuses what S3 accepts and users regret.
func (r *bucketLogging) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	m, ok := decode[bucketLoggingModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	target := types.StringNull()
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("target_bucket"), &target)...)
	}
	refuseSelfLogging(m, target, &resp.Diagnostics)
}

// put says where the logs go and reports whether it could.
func (r *bucketLogging) put(ctx context.Context, m bucketLoggingModel, diags *diag.Diagnostics) bool {
	bucket, target := m.Bucket.ValueString(), m.TargetBucket.ValueString()
	err := r.buckets.PutLogging(ctx, bucket, m.expand())
	switch {
	case err == nil:
		return true
	case refusedLogTarget(err):
		err = &logTargetError{bucket, bucketARN(r.clients.Partition, bucket), target, err}
		awsdiag.AddAttribute(diags, path.Root("target_bucket"), "send the access logs to "+target+" of", bucket, err)
	default:
		awsdiag.Add(diags, "send the access logs to "+target+" of", bucket, err)
	}
	return false
}

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

// logTargetError says that S3 refuses a bucket as the target of another's access
// logs.
type logTargetError struct {
	bucket, bucketARN, target string
	err                       error // the server's answer
}

func refusedLogTarget(err error) bool {
	return awserr.Is(err, "InvalidTargetBucketForLogging", "CrossLocationLoggingProhibited")
}

// Error implements error.
func (e *logTargetError) Error() string {
	return fmt.Sprintf("the bucket %s cannot take the access logs of %s: %v", e.target, e.bucket, e.err)
}

// Unwrap gives the server's answer.
func (e *logTargetError) Unwrap() error { return e.err }

// Remedy implements awsdiag.Remedied. S3 has one code for several reasons, so it
// goes by the message.
func (e *logTargetError) Remedy() string {
	message := awserr.Message(e.err)
	switch {
	case awserr.Is(e.err, "CrossLocationLoggingProhibited"):
		return fmt.Sprintf("The bucket %s is in another region than %s. S3 delivers access logs within a region only: name a target_bucket in the same region.", e.target, e.bucket)
	case strings.Contains(message, "does not exist"):
		return fmt.Sprintf("The access logs of %[1]s cannot go to %[2]s: there is no bucket %[2]s. Make it before, or name another target_bucket.", e.bucket, e.target)
	case strings.Contains(message, "permission"):
		return fmt.Sprintf("The log service of S3 may not put the access logs of %[1]s into %[2]s. Let it with\n\n"+
			"  access_log_source_arns = [%[3]q]\n\n"+
			"in the fovea_bucket_policy of the bucket %[2]s, and set target_bucket to the bucket of that policy, so that Terraform makes the policy first.", e.bucket, e.target, e.bucketARN)
	}
	return fmt.Sprintf("The access logs of %s cannot go to %s. The target must be another bucket, of the same account and in the same region.", e.bucket, e.target)
}
