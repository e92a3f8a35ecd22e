package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// bucketIdentity identifies a resource of which a bucket has one.
type bucketIdentity struct {
	Bucket types.String `tfsdk:"bucket"`
}

func bucketIdentitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"bucket": identityAttribute("Name of the bucket."),
	}}
}

func identityAttribute(description string) identityschema.StringAttribute {
	return identityschema.StringAttribute{RequiredForImport: true, Description: description}
}

// identify writes the identity. Create, Read and Update all do: a state of an
// older version has none, and -refresh=false skips Read. Read does so before it
// removes a state, since Terraform wants one even then.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, value any, diags *diag.Diagnostics) {
	if identity != nil { // nil when the CLI is older than identities
		diags.Append(identity.Set(ctx, value)...)
	}
}

// nameIdentity identifies what has a name in IAM.
type nameIdentity struct {
	Name types.String `tfsdk:"name"`
}

func nameIdentitySchema(description string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{"name": identityAttribute(description)}}
}

// bucketNameIdentity identifies a document of which a bucket can have several.
type bucketNameIdentity struct {
	Bucket types.String `tfsdk:"bucket"`
	Name   types.String `tfsdk:"name"`
}

func bucketNameIdentitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"bucket": identityAttribute("Name of the bucket."),
		"name":   identityAttribute("Name of the configuration, its ID in S3."),
	}}
}

// importBucketName imports by identity, by `bucket/name`, or by `bucket` alone for
// the default name.
func importBucketName(ctx context.Context, defaultName string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity bucketNameIdentity
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		bucket, name, named := strings.Cut(req.ID, "/")
		if !named {
			name = defaultName
		}
		identity = bucketNameIdentity{types.StringValue(bucket), types.StringValue(name)}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	id := cmp.Or(req.ID, identity.Bucket.ValueString()+"/"+identity.Name.ValueString())
	form := fmt.Sprintf("the name of the bucket, as in \"fovea-videos\", or that and the name of the configuration, as in \"fovea-videos/%s\"", defaultName)
	if !importable(ctx, id, form, identity.Bucket.ValueString(), tftype.BucketName(), &resp.Diagnostics) ||
		!importable(ctx, id, form, identity.Name.ValueString(), tftype.ConfigurationName(), &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("bucket"), identity.Bucket)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), identity.Name)...)
}

// configurationNameAttribute is the name of one of several configurations, its ID
// in S3.
func configurationNameAttribute(defaultName string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the configuration, its ID in S3, at most 64 letters, digits, dots, hyphens and underscores. Defaults to `" + defaultName + "`.",
		Default:             stringdefault.StaticString(defaultName),
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.ConfigurationName()},
	}
}

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
