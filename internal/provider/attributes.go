package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
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
