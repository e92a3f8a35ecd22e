package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// elements is a list or a set.
type elements interface {
	attr.Value
	Elements() []attr.Value
	ElementsAs(ctx context.Context, target any, allowUnhandled bool) diag.Diagnostics
}

// stringsOf reads a list or set of strings; null and unknown give nil.
func stringsOf(ctx context.Context, from elements, diags *diag.Diagnostics) []string {
	if from.IsNull() || from.IsUnknown() {
		return nil
	}
	var out []string
	diags.Append(from.ElementsAs(ctx, &out, false)...)
	return out
}

// stringMapOf reads a map of strings; null and unknown give nil.
func stringMapOf(ctx context.Context, from types.Map, diags *diag.Diagnostics) map[string]string {
	if from.IsNull() || from.IsUnknown() {
		return nil
	}
	var out map[string]string
	diags.Append(from.ElementsAs(ctx, &out, false)...)
	return out
}

// listOf makes a list of strings; nil gives an empty one.
func listOf(from []string) types.List {
	out := make([]attr.Value, 0, len(from))
	for _, s := range from {
		out = append(out, types.StringValue(s))
	}
	return types.ListValueMust(types.StringType, out)
}

// mapOf makes a map of strings; nil gives an empty one.
func mapOf(from map[string]string) types.Map {
	out := make(map[string]attr.Value, len(from))
	for k, v := range from {
		out[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, out)
}

// optionalString gives null for "".
func optionalString(s string) types.String {
	if s == "" {
		return basetypes.NewStringNull()
	}
	return basetypes.NewStringValue(s)
}

// knownStrings reads the elements that are known.
func knownStrings(from interface{ Elements() []attr.Value }) []string {
	var out []string
	for _, e := range from.Elements() {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	return out
}
