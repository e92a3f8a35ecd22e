package tftype

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type keepOrder struct{}

// KeepOrder plans no change for a list of strings that only changes its order,
// where order has no meaning.
func KeepOrder() planmodifier.List { return keepOrder{} }

// Description implements [planmodifier.List].
func (keepOrder) Description(context.Context) string { return "The order of elements has no meaning." }

// MarkdownDescription implements [planmodifier.List].
func (keepOrder) MarkdownDescription(ctx context.Context) string { return keepOrder{}.Description(ctx) }

// PlanModifyList implements [planmodifier.List].
func (keepOrder) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if same(ctx, req.PlanValue, req.StateValue) {
		resp.PlanValue = req.StateValue
	}
}

func same(ctx context.Context, plan, state types.List) bool {
	if plan.IsNull() || plan.IsUnknown() || state.IsNull() {
		return false
	}
	for _, e := range plan.Elements() {
		if e.IsUnknown() {
			return false
		}
	}
	equal, _ := UnorderedStrings{plan}.ListSemanticEquals(ctx, UnorderedStrings{state})
	return equal
}
