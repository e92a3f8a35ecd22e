package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// importBucket imports what has the name of its bucket for an ID.
func importBucket(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importName(ctx, "bucket", `the name of the bucket, as in "fovea-videos"`, tftype.BucketName(), req, resp)
}

// importIAMName imports what has a name in IAM for an ID, and is a "user" or "role".
func importIAMName(ctx context.Context, kind string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importName(ctx, "name", "the name of the "+kind+`, as in "fovea-reader"`, tftype.IAMName(64), req, resp)
}

// importName imports by an ID, or an identity, that is the value of one attribute.
func importName(ctx context.Context, attribute, form string, valid validator.String, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name := types.StringValue(req.ID)
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(attribute), &name)...)
	}
	if resp.Diagnostics.HasError() || !importable(ctx, name.ValueString(), form, name.ValueString(), valid, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), name)...)
}

// importable reports whether part of an import ID is valid. No service is asked
// about one that is not: what they answer does not say what was expected.
func importable(ctx context.Context, id, form, part string, valid validator.String, diags *diag.Diagnostics) bool {
	var found validator.StringResponse
	valid.ValidateString(ctx, validator.StringRequest{ConfigValue: types.StringValue(part)}, &found)
	for _, problem := range found.Diagnostics.Errors() {
		diags.AddError("Invalid import ID", fmt.Sprintf("%q cannot be imported. It must be %s.\n\n%s", id, form, problem.Detail()))
	}
	return !found.Diagnostics.HasError()
}
