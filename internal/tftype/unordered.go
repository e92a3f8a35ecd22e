package tftype

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.ListTypable                    = UnorderedStringsType{}
	_ basetypes.ListValuableWithSemanticEquals = UnorderedStrings{}
)

// UnorderedStringsType is a list of strings whose order has no meaning: it
// stays as configured, whatever order a server answers in.
type UnorderedStringsType struct{ basetypes.ListType }

// NewUnorderedStringsType returns the type.
func NewUnorderedStringsType() UnorderedStringsType {
	return UnorderedStringsType{basetypes.ListType{ElemType: types.StringType}}
}

// String implements [attr.Type].
func (t UnorderedStringsType) String() string { return "tftype.UnorderedStringsType" }

// Equal implements [attr.Type].
func (t UnorderedStringsType) Equal(other attr.Type) bool {
	o, ok := other.(UnorderedStringsType)
	return ok && t.ListType.Equal(o.ListType)
}

// ValueType implements [attr.Type].
func (t UnorderedStringsType) ValueType(context.Context) attr.Value { return UnorderedStrings{} }

// ValueFromList implements [basetypes.ListTypable].
func (t UnorderedStringsType) ValueFromList(_ context.Context, list basetypes.ListValue) (basetypes.ListValuable, diag.Diagnostics) {
	return UnorderedStrings{list}, nil
}

// ValueFromTerraform implements [attr.Type].
func (t UnorderedStringsType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.ListType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	list, ok := value.(basetypes.ListValue)
	if !ok {
		return nil, fmt.Errorf("a list turned into %T", value)
	}
	return UnorderedStrings{list}, nil
}

// UnorderedStrings is a value of [UnorderedStringsType].
type UnorderedStrings struct{ basetypes.ListValue }

// NewUnorderedStrings returns the value with the given elements; nil gives an
// empty list.
func NewUnorderedStrings(elements []string) UnorderedStrings {
	values := make([]attr.Value, 0, len(elements))
	for _, e := range elements {
		values = append(values, types.StringValue(e))
	}
	return UnorderedStrings{types.ListValueMust(types.StringType, values)}
}

// Type implements [attr.Value].
func (v UnorderedStrings) Type(context.Context) attr.Type { return NewUnorderedStringsType() }

// Equal implements [attr.Value].
func (v UnorderedStrings) Equal(other attr.Value) bool {
	o, ok := other.(UnorderedStrings)
	return ok && v.ListValue.Equal(o.ListValue)
}

// ListSemanticEquals implements [basetypes.ListValuableWithSemanticEquals].
func (v UnorderedStrings) ListSemanticEquals(_ context.Context, other basetypes.ListValuable) (bool, diag.Diagnostics) {
	o, ok := other.(UnorderedStrings)
	if !ok {
		return false, nil
	}
	return slices.Equal(v.sorted(), o.sorted()), nil
}

// sorted gives the elements as text, in one order for all lists that are equal.
func (v UnorderedStrings) sorted() []string {
	out := make([]string, 0, len(v.Elements()))
	for _, e := range v.Elements() {
		out = append(out, e.String())
	}
	slices.Sort(out)
	return out
}

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
