package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

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
