package tftype

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A validator knows only the configuration, and so refuses what another tool has set
// and an import has read. These plan modifiers run validators too, but accept every
// value that the state has at the same attribute already, at whatever place of the
// lists around it.

// RefuseNew runs validators on a string that the state does not have yet.
func RefuseNew(validators ...validator.String) planmodifier.String { return newString(validators) }

// RefuseNewNumber runs validators on a number that the state does not have yet.
func RefuseNewNumber(validators ...validator.Int64) planmodifier.Int64 { return newNumber(validators) }

// RefuseNewElements runs validators on the strings in a list that the state does not
// have yet.
func RefuseNewElements(validators ...validator.String) planmodifier.List {
	return newElements(validators)
}

// RefuseNewList runs validators on a list as a whole, unless the state has the same.
func RefuseNewList(validators ...validator.List) planmodifier.List { return newList(validators) }

type (
	newString   []validator.String
	newNumber   []validator.Int64
	newElements []validator.String
	newList     []validator.List
)

const refuseNewDescription = "Values that are in use already stay valid."

// Description implements [planmodifier.Describer].
func (newString) Description(context.Context) string { return refuseNewDescription }

// MarkdownDescription implements [planmodifier.Describer].
func (newString) MarkdownDescription(context.Context) string { return refuseNewDescription }

// PlanModifyString implements [planmodifier.String].
func (n newString) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && !inState(ctx, req.State, req.Path, req.ConfigValue) {
		checkString(ctx, n, req.Path, req.Config, req.ConfigValue, &resp.Diagnostics)
	}
}

// Description implements [planmodifier.Describer].
func (newNumber) Description(context.Context) string { return refuseNewDescription }

// MarkdownDescription implements [planmodifier.Describer].
func (newNumber) MarkdownDescription(context.Context) string { return refuseNewDescription }

// PlanModifyInt64 implements [planmodifier.Int64].
func (n newNumber) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || inState(ctx, req.State, req.Path, req.ConfigValue) {
		return
	}
	for _, v := range n {
		var found validator.Int64Response
		v.ValidateInt64(ctx, validator.Int64Request{Path: req.Path, PathExpression: req.Path.Expression(), Config: req.Config, ConfigValue: req.ConfigValue}, &found)
		resp.Diagnostics.Append(found.Diagnostics...)
	}
}

// Description implements [planmodifier.Describer].
func (newElements) Description(context.Context) string { return refuseNewDescription }

// MarkdownDescription implements [planmodifier.Describer].
func (newElements) MarkdownDescription(context.Context) string { return refuseNewDescription }

// PlanModifyList implements [planmodifier.List].
func (n newElements) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsNull() || value.IsUnknown() {
			continue
		}
		if at := req.Path.AtListIndex(i); !inState(ctx, req.State, at, value) {
			checkString(ctx, n, at, req.Config, value, &resp.Diagnostics)
		}
	}
}

// Description implements [planmodifier.Describer].
func (newList) Description(context.Context) string { return refuseNewDescription }

// MarkdownDescription implements [planmodifier.Describer].
func (newList) MarkdownDescription(context.Context) string { return refuseNewDescription }

// PlanModifyList implements [planmodifier.List].
func (n newList) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.PlanValue.Equal(req.StateValue) {
		return
	}
	for _, v := range n {
		var found validator.ListResponse
		v.ValidateList(ctx, validator.ListRequest{Path: req.Path, PathExpression: req.Path.Expression(), Config: req.Config, ConfigValue: req.ConfigValue}, &found)
		resp.Diagnostics.Append(found.Diagnostics...)
	}
}

func checkString(ctx context.Context, validators []validator.String, at path.Path, config tfsdk.Config, value types.String, diags *diag.Diagnostics) {
	for _, v := range validators {
		var found validator.StringResponse
		v.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: at.Expression(), Config: config, ConfigValue: value}, &found)
		diags.Append(found.Diagnostics...)
	}
}

// inState reports whether the state has a value at an attribute, whatever the
// positions in the lists that lead to it. It goes by the path: the framework leaves
// the path expression of a plan modifier empty at the root.
func inState(ctx context.Context, state tfsdk.State, at path.Path, value attr.Value) bool {
	if state.Raw.IsNull() {
		return false
	}
	var anywhere path.Expression
	for i, step := range at.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			if i == 0 {
				anywhere = path.MatchRoot(string(step))
			} else {
				anywhere = anywhere.AtName(string(step))
			}
		case path.PathStepElementKeyInt:
			anywhere = anywhere.AtAnyListIndex()
		default:
			return false
		}
	}
	places, problems := state.PathMatches(ctx, anywhere)
	if problems.HasError() {
		return false
	}
	for _, place := range places {
		var had attr.Value
		if problems := state.GetAttribute(ctx, place, &had); !problems.HasError() && value.Equal(had) {
			return true
		}
	}
	return false
}
