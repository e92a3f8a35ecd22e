package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
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
