package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

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

// id is the identity as one text, which an import takes as well.
func (i bucketNameIdentity) id() types.String {
	return types.StringValue(i.Bucket.ValueString() + "/" + i.Name.ValueString())
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
	id := cmp.Or(req.ID, identity.id().ValueString())
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
		MarkdownDescription: "Name of the configuration, its ID in S3, at most 64 letters, digits, dots, hyphens and underscores. Default: `" + defaultName + "`.",
		Default:             stringdefault.StaticString(defaultName),
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.ConfigurationName()},
	}
}
