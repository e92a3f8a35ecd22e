package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// refuseUnknown reports the settings that are known only after apply: without
// them there is nobody to ask, and a guess could ask the wrong account.
func refuseUnknown(config tftypes.Value, diags *diag.Diagnostics) {
	err := tftypes.Walk(config, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		if !value.IsKnown() {
			diags.AddAttributeError(configPath(at), "A provider setting is not known yet",
				"It depends on a resource that is not applied yet. Apply that resource first with -target, or give a value that is known at plan, such as one from a variable or the environment.")
		}
		return true, nil
	})
	if err != nil {
		diags.AddError("The provider block could not be read", "This is a bug of the provider; please report it.\n\nError: "+err.Error())
	}
}

// configPath ends at a set whose element is meant: an element is named by its
// value, which is what is not known.
func configPath(at *tftypes.AttributePath) path.Path {
	out := path.Empty()
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			out = out.AtName(string(step))
		case tftypes.ElementKeyInt:
			out = out.AtListIndex(int(step))
		case tftypes.ElementKeyString:
			out = out.AtMapKey(string(step))
		default:
			return out
		}
	}
	return out
}
