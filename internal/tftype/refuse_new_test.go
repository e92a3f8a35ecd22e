package tftype

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// refuseNewSchema has a prefix at the root and in rules.
var refuseNewSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"prefix": schema.StringAttribute{Optional: true},
	"rules": schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"prefix": schema.StringAttribute{Optional: true},
		"days":   schema.Int64Attribute{Optional: true},
		"names":  schema.ListAttribute{Optional: true, ElementType: types.StringType},
	}}},
}}

// refuseNewState has the prefix /old at the root, and two rules: the first has the
// prefix /first and the second has all the rest.
func refuseNewState(t *testing.T) tfsdk.State {
	t.Helper()
	kind := refuseNewSchema.Type().TerraformType(t.Context()).(tftypes.Object) //nolint:forcetypeassert // a schema is an object
	rules := kind.AttributeTypes["rules"].(tftypes.List)                       //nolint:forcetypeassert // as above
	names := tftypes.List{ElementType: tftypes.String}
	rule := func(prefix string, days any, list any) tftypes.Value {
		return tftypes.NewValue(rules.ElementType, map[string]tftypes.Value{
			"prefix": tftypes.NewValue(tftypes.String, prefix), "days": tftypes.NewValue(tftypes.Number, days), "names": tftypes.NewValue(names, list),
		})
	}
	return tfsdk.State{Schema: refuseNewSchema, Raw: tftypes.NewValue(kind, map[string]tftypes.Value{
		"prefix": tftypes.NewValue(tftypes.String, "/old"),
		"rules": tftypes.NewValue(rules, []tftypes.Value{
			rule("/first", nil, nil),
			rule("/second", 5000, []tftypes.Value{tftypes.NewValue(tftypes.String, "/name")}),
		}),
	})}
}

func TestRefuseNew(t *testing.T) {
	state := refuseNewState(t)
	none := tfsdk.State{Schema: refuseNewSchema, Raw: tftypes.NewValue(refuseNewSchema.Type().TerraformType(t.Context()), nil)}
	root, inRule := path.Root("prefix"), path.Root("rules").AtListIndex(0).AtName("prefix")
	for name, tt := range map[string]struct {
		at      path.Path
		state   tfsdk.State
		value   types.String
		refused bool
	}{
		"valid":               {root, state, types.StringValue("new"), false},
		"new":                 {root, state, types.StringValue("/new"), true},
		"in use":              {root, state, types.StringValue("/old"), false},
		"in use elsewhere":    {root, state, types.StringValue("/first"), true},
		"a new resource":      {root, none, types.StringValue("/old"), true},
		"null":                {root, state, types.StringNull(), false},
		"unknown":             {root, state, types.StringUnknown(), false},
		"in a rule":           {inRule, state, types.StringValue("/first"), false},
		"in a rule that went": {inRule, state, types.StringValue("/second"), false},
		"new in a rule":       {inRule, state, types.StringValue("/old"), true},
	} {
		t.Run(name, func(t *testing.T) {
			var resp planmodifier.StringResponse
			RefuseNew(KeyPrefix()).PlanModifyString(t.Context(), planmodifier.StringRequest{Path: tt.at, State: tt.state, ConfigValue: tt.value}, &resp)
			if got := resp.Diagnostics.HasError(); got != tt.refused {
				t.Errorf("refused: got %t, want %t: %v", got, tt.refused, resp.Diagnostics)
			}
		})
	}
}

func TestRefuseNewNumber(t *testing.T) {
	at := path.Root("rules").AtListIndex(0).AtName("days")
	for value, refused := range map[int64]bool{1: false, 4999: true, 5000: false} {
		var resp planmodifier.Int64Response
		RefuseNewNumber(int64validator.AtMost(9)).PlanModifyInt64(t.Context(), planmodifier.Int64Request{
			Path: at, State: refuseNewState(t), ConfigValue: types.Int64Value(value),
		}, &resp)
		if got := resp.Diagnostics.HasError(); got != refused {
			t.Errorf("%d refused: got %t, want %t", value, got, refused)
		}
	}
}

func TestRefuseNewElements(t *testing.T) {
	at := path.Root("rules").AtListIndex(0).AtName("names")
	list := func(names ...string) types.List { return NewUnorderedStrings(names).ListValue }
	for name, tt := range map[string]struct {
		list types.List
		want []path.Path
	}{
		"as it was":  {list("/name"), nil},
		"one more":   {list("x", "/other", "/name"), []path.Path{at.AtListIndex(1)}},
		"all unlike": {list("/a", "/b"), []path.Path{at.AtListIndex(0), at.AtListIndex(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			var resp planmodifier.ListResponse
			RefuseNewElements(KeyPrefix()).PlanModifyList(t.Context(), planmodifier.ListRequest{Path: at, State: refuseNewState(t), ConfigValue: tt.list}, &resp)
			if len(resp.Diagnostics) != len(tt.want) {
				t.Fatalf("got %v, want errors at %v", resp.Diagnostics, tt.want)
			}
			for i, d := range resp.Diagnostics {
				if placed, ok := d.(interface{ Path() path.Path }); !ok || !placed.Path().Equal(tt.want[i]) {
					t.Errorf("got %v, want an error at %s", d, tt.want[i])
				}
			}
		})
	}
}
