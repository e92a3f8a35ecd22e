package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// addRoleAttributes adds the attributes of roleModel.
func addRoleAttributes(to map[string]schema.Attribute) {
	to["id"] = idAttribute("Name of the role.")
	to["name"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the role. IAM cannot rename a role: another name makes another one.",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.IAMName(64)},
	}
	to["path"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Path of the role, such as `/fovea/`. Another path makes another role. Default: `/`.",
		Default:             stringdefault.StaticString("/"),
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{tftype.IAMPath()},
	}
	to["permissions_boundary"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "ARN of the managed policy that bounds what the role can be allowed.",
		Validators:          []validator.String{tftype.ARN("iam", "policy/")},
	}
	to["trust_policy"] = schema.StringAttribute{Computed: true, MarkdownDescription: "The trust policy, as JSON."}
	to["tags"] = tagsAttribute()
	to["tags_all"] = tagsAllAttribute()
	to["arn"] = settled("ARN of the role.")
	to["unique_id"] = settled("ID that IAM gave the role, which no other role ever has.")
}
