package provider

import (
	"cmp"
	"context"
	"iter"
	"slices"

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

// inOrder sorts what a server answered as the state has it, for lists whose order
// S3 does not keep. What the state lacks comes last. When neither has an element,
// the list stays null or empty as it was.
func inOrder[T any, K comparable](got, before []T, key func(T) K) []T {
	if len(got) == 0 && len(before) == 0 {
		return before
	}
	places := map[K]int{}
	for i, element := range before {
		places[key(element)] = i
	}
	place := func(element T) int {
		if i, ok := places[key(element)]; ok {
			return i
		}
		return len(before)
	}
	slices.SortStableFunc(got, func(a, b T) int { return cmp.Compare(place(a), place(b)) })
	return got
}

// knownObjects reads the elements of a list into models, with their indexes,
// while a part of them may not be known yet. It leaves out elements that are
// unknown themselves; unknown lists and objects in them are read as nil.
func knownObjects[T any](ctx context.Context, list types.List, diags *diag.Diagnostics) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, element := range list.Elements() {
			o, ok := element.(types.Object)
			if !ok || o.IsNull() || o.IsUnknown() {
				continue
			}
			var model T
			problems := o.As(ctx, &model, basetypes.ObjectAsOptions{UnhandledUnknownAsEmpty: true})
			diags.Append(problems...)
			if !problems.HasError() && !yield(i, model) {
				return
			}
		}
	}
}

// source is a configuration, a plan or a state.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// decode reads a whole configuration, plan or state into a model. ok is false
// when it cannot, which diags then says.
func decode[T any](ctx context.Context, from source, diags *diag.Diagnostics) (model T, ok bool) {
	problems := from.Get(ctx, &model)
	diags.Append(problems...)
	return model, !problems.HasError()
}
