package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// bucketAttribute is the bucket that a resource belongs to for its whole life.
func bucketAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.BucketName()},
	}
}

// idAttribute is what old modules and scripts expect of every resource.
func idAttribute(description string) schema.StringAttribute {
	return settled(description)
}

// settled is a computed text that stays the same for a resource's whole life.
func settled(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// unorderedStrings completes the attribute of a list of strings without an order.
func unorderedStrings(a schema.ListAttribute) schema.ListAttribute {
	a.ElementType = types.StringType
	a.CustomType = tftype.NewUnorderedStringsType()
	a.PlanModifiers = append(a.PlanModifiers, tftype.KeepOrder())
	a.Validators = append(a.Validators, listvalidator.NoNullValues())
	return a
}

// documentTimeout is how long a change of one document may take unless the
// configuration says otherwise: S3 shows it within seconds, as a rule.
const documentTimeout = 5 * time.Minute

// documentRemovalTimeout is how long a document that was deleted may go on to show.
const documentRemovalTimeout = time.Minute

// documentTimeouts is the part of the model of a bucket's document that bounds
// its writes: each is read back until S3 shows it.
type documentTimeouts struct {
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func documentTimeoutsBlocks(ctx context.Context) map[string]schema.Block {
	const text = "How long to wait until S3 shows what was written, such as `10m`. Defaults to `5m`."
	return map[string]schema.Block{
		"timeouts": timeouts.Block(ctx, timeouts.Opts{
			Create: true, CreateDescription: text,
			Update: true, UpdateDescription: text,
			Delete: true, DeleteDescription: "How long to wait until S3 no longer shows it, such as `5m`. Defaults to `1m`.",
		}),
	}
}

func (t documentTimeouts) whileCreating(ctx context.Context, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, problems := t.Timeouts.Create(ctx, documentTimeout)
	diags.Append(problems...)
	return context.WithTimeout(ctx, timeout)
}

func (t documentTimeouts) whileUpdating(ctx context.Context, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, problems := t.Timeouts.Update(ctx, documentTimeout)
	diags.Append(problems...)
	return context.WithTimeout(ctx, timeout)
}

func (t documentTimeouts) whileDeleting(ctx context.Context, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, problems := t.Timeouts.Delete(ctx, documentRemovalTimeout)
	diags.Append(problems...)
	return context.WithTimeout(ctx, timeout)
}
