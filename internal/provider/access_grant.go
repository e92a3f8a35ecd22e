package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// defaultPolicyName is the guide's.
const defaultPolicyName = "FOVEAVideoAccess"

// grantModel is what users and roles have in common: what they may do with a
// bucket, and the inline policy that says so.
type grantModel struct {
	inlinePolicyModel
	Bucket      types.String            `tfsdk:"bucket"`
	Access      types.String            `tfsdk:"access"`
	Prefixes    tftype.UnorderedStrings `tfsdk:"prefixes"`
	ManifestKey types.String            `tfsdk:"manifest_key"`
	KMSKeyARNs  tftype.UnorderedStrings `tfsdk:"kms_key_arns"`
}

// addGrantAttributes adds the attributes of grantModel.
func addGrantAttributes(to map[string]schema.Attribute) {
	to["bucket"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the bucket to give access to.",
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketName())},
	}
	to["access"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "`read` lists the bucket and gets objects, which is all that FOVEA needs; `upload` puts objects as well; `manifest` lists the bucket and its unfinished uploads, and reads and writes the manifest alone. Default: `read`.",
		Default:             stringdefault.StaticString(string(iampolicy.Read)),
		Validators:          []validator.String{accessProfile()},
	}
	to["prefixes"] = unorderedStrings(schema.ListAttribute{
		Optional:            true,
		MarkdownDescription: "Keep the access to keys that begin with one of these. Default: the whole bucket. FOVEA itself lists the whole bucket, and takes a listing that is denied for an empty one: leave this out for the user that it runs as.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.SomeKeyPrefix(), tftype.NoPattern())},
	})
	to["manifest_key"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Key of the manifest, with `access = \"manifest\"`. Default: `manifest.json`.",
		Default:             stringdefault.StaticString(defaultManifestKey),
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ObjectKey(), tftype.NoPattern())},
	}
	to["kms_key_arns"] = unorderedStrings(schema.ListAttribute{
		Optional:            true,
		MarkdownDescription: "KMS keys that encrypt the bucket's objects, which may be used to read them, or to write them with `upload` and `manifest`.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.ARN("kms", ""))},
	})
	addInlinePolicyAttributes(to, defaultPolicyName)
}

func accessProfile() validator.String {
	var names []string
	for _, a := range iampolicy.Accesses() {
		names = append(names, string(a))
	}
	return stringvalidator.OneOf(names...)
}
