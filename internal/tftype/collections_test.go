package tftype

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestTags(t *testing.T) {
	many := map[string]attr.Value{}
	for i := range 51 {
		many[strconv.Itoa(i)] = types.StringValue("x")
	}
	fifty := maps.Clone(many)
	delete(fifty, "0")
	for name, tt := range map[string]struct {
		tags  map[string]attr.Value
		wrong string
	}{
		"none":        {map[string]attr.Value{}, ""},
		"fifty":       {fifty, ""},
		"fifty-one":   {many, "There are 51."},
		"long":        {map[string]attr.Value{strings.Repeat("ü", 128): types.StringValue(strings.Repeat("ü", 256))}, ""},
		"unknown":     {map[string]attr.Value{"a": types.StringUnknown()}, ""},
		"empty key":   {map[string]attr.Value{"": types.StringValue("x")}, "the key is empty"},
		"long key":    {map[string]attr.Value{strings.Repeat("a", 129): types.StringValue("x")}, "the key has more than 128"},
		"reserved":    {map[string]attr.Value{"AWS:x": types.StringValue("x")}, "begin with aws:"},
		"long value":  {map[string]attr.Value{"a": types.StringValue(strings.Repeat("a", 257))}, "the value has more than 256"},
		"empty value": {map[string]attr.Value{"a": types.StringValue("")}, ""},
	} {
		var resp validator.MapResponse
		Tags().ValidateMap(t.Context(), validator.MapRequest{Path: path.Root("tags"), ConfigValue: types.MapValueMust(types.StringType, tt.tags)}, &resp)
		diags := resp.Diagnostics
		if tt.wrong == "" && len(diags) != 0 || tt.wrong != "" && (len(diags) != 1 || !strings.Contains(diags[0].Detail(), tt.wrong)) {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

func TestURLLifetime(t *testing.T) {
	for seconds, wrong := range map[int64]string{
		1: "", 3600: "", longestURLLifetime: "",
		0: "Leave the argument out for one hour", -1: "Leave the argument out for one hour", longestURLLifetime + 1: "make a new URL in time",
	} {
		var resp validator.Int64Response
		URLLifetime().ValidateInt64(t.Context(), validator.Int64Request{Path: path.Root("expires_in"), ConfigValue: types.Int64Value(seconds)}, &resp)
		diags := resp.Diagnostics
		if wrong == "" && len(diags) != 0 || wrong != "" && (len(diags) != 1 || !strings.Contains(diags[0].Detail(), wrong)) {
			t.Errorf("%d: %v", seconds, diags)
		}
	}
}

func TestUnorderedStringsAreEqualInAnyOrder(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b []string
		want bool
	}{
		"same":         {[]string{"GET", "PUT"}, []string{"GET", "PUT"}, true},
		"other order":  {[]string{"GET", "PUT"}, []string{"PUT", "GET"}, true},
		"none":         {nil, []string{}, true},
		"more":         {[]string{"GET"}, []string{"GET", "PUT"}, false},
		"other":        {[]string{"GET"}, []string{"PUT"}, false},
		"another twin": {[]string{"GET", "GET", "PUT"}, []string{"GET", "PUT", "PUT"}, false},
	} {
		got, diags := NewUnorderedStrings(tt.a).ListSemanticEquals(t.Context(), NewUnorderedStrings(tt.b))
		if got != tt.want || len(diags) != 0 {
			t.Errorf("%s: %v, %v", name, got, diags)
		}
	}
}

func TestUnorderedStringsTravel(t *testing.T) {
	kind := NewUnorderedStringsType()
	raw := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, "b"), tftypes.NewValue(tftypes.String, "a")})
	value, err := kind.ValueFromTerraform(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if !value.Equal(NewUnorderedStrings([]string{"b", "a"})) || value.Equal(NewUnorderedStrings([]string{"a", "b"})) {
		t.Errorf("%s: the order was lost", value)
	}
	if !value.Type(t.Context()).Equal(kind) || kind.Equal(types.ListType{ElemType: types.StringType}) {
		t.Error("the type was lost")
	}
}

func TestKeepOrder(t *testing.T) {
	list := func(s ...string) types.List { return NewUnorderedStrings(s).ListValue }
	state := list("GET", "PUT")
	partly := types.ListValueMust(types.StringType, []attr.Value{types.StringValue("GET"), types.StringUnknown()})
	for name, tt := range map[string]struct{ plan, state, want types.List }{
		"other order":   {list("PUT", "GET"), state, state},
		"more":          {list("PUT", "GET", "HEAD"), state, list("PUT", "GET", "HEAD")},
		"unknown":       {types.ListUnknown(types.StringType), state, types.ListUnknown(types.StringType)},
		"partly so":     {partly, state, partly},
		"none":          {types.ListNull(types.StringType), list(), types.ListNull(types.StringType)},
		"not there yet": {list(), types.ListNull(types.StringType), list()},
	} {
		resp := planmodifier.ListResponse{PlanValue: tt.plan}
		KeepOrder().PlanModifyList(t.Context(), planmodifier.ListRequest{PlanValue: tt.plan, StateValue: tt.state}, &resp)
		if !resp.PlanValue.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", name, resp.PlanValue, tt.want)
		}
	}
}
