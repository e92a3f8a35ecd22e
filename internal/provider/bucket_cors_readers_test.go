package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// TestOriginsThatRead collects the origins that rules let read, of which a plan must not
// lose any without a word.
func TestOriginsThatRead(t *testing.T) {
	known := tftype.NewUnorderedStrings
	unknown := tftype.UnorderedStrings{ListValue: types.ListUnknown(types.StringType)}
	var diags diag.Diagnostics
	half, more := types.ListValue(types.StringType, []attr.Value{types.StringValue("https://a"), types.StringUnknown()})
	if diags.Append(more...); diags.HasError() {
		t.Fatal(diags)
	}
	for name, tt := range map[string]struct {
		origins, methods tftype.UnorderedStrings
		want             []string
		unknown          bool
	}{
		"reads":                 {known([]string{"https://a", "https://b"}), known([]string{"GET", "HEAD"}), []string{"https://a", "https://b"}, false},
		"uploads only":          {known([]string{"https://a"}), known([]string{"PUT"}), nil, false},
		"methods not known":     {known([]string{"https://a"}), unknown, nil, true},
		"origins not known":     {unknown, known([]string{"GET"}), nil, true},
		"one origin is known":   {tftype.UnorderedStrings{ListValue: half}, known([]string{"GET"}), []string{"https://a"}, true},
		"unknown, uploads only": {unknown, known([]string{"PUT"}), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			var got corsReaders
			got.add(corsRuleModel{AllowedOrigins: tt.origins, AllowedMethods: tt.methods})
			if !slices.Equal(got.patterns, tt.want) || got.unknown != tt.unknown {
				t.Errorf("got %q, unknown %t, want %q, unknown %t", got.patterns, got.unknown, tt.want, tt.unknown)
			}
		})
	}
}
