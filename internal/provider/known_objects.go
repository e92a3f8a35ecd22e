package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

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
