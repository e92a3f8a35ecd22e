package provider

import (
	"context"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// kept is a private state in memory.
type kept map[string][]byte

func (k kept) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return k[key], nil }

func (k kept) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	k[key] = value
	return nil
}

func TestScanResultIsKept(t *testing.T) {
	for _, want := range []scanResult{
		{},
		{Quantiles: []string{"a", "b"}},
		{Pending: publish.Pending{Differs: true, Before: 3, Found: "sum"}, Inventory: "newest", Quantiles: []string{"<é>"}},
	} {
		var diags diag.Diagnostics
		in := kept{}
		remember(t.Context(), in, want, &diags)
		if got := remembered(t.Context(), in, &diags); !reflect.DeepEqual(got, want) || len(diags) > 0 {
			t.Errorf("%+v, want %+v; %v", got, want, diags)
		}
		if rest := want.withoutUpdate(); rest.Differs || rest.Inventory != want.Inventory || !reflect.DeepEqual(rest.Quantiles, want.Quantiles) {
			t.Errorf("without the update: got %+v", rest)
		}
	}
}

// foreignPrivate are values that another version of the provider, or somebody else, may
// have left in private state.
var foreignPrivate = map[string]string{
	"another type of a field": `{"Differs":true,"Quantiles":"a"}`,
	"another type deep down":  `{"Quantiles":{"a":1}}`,
	"a field of the future":   `{"Differs":true,"Replaces":"videos","Later":1}`,
	"a version of the future": `{"version":2,"Keep":true,"Destroy":true}`,
	"a list":                  `[]`,
	"a list of objects":       `[{"attribute":"versioning"}]`,
	"a number":                `7`,
	"a text":                  `"versioning"`,
	"null":                    `null`,
	"two values":              `{} {}`,
	"no JSON":                 `{"Differs":`,
}

// TestPrivateStateOfAnotherVersion must not stand in the way of plans.
func TestPrivateStateOfAnotherVersion(t *testing.T) {
	for name, text := range foreignPrivate {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			in := kept{}
			for _, key := range []string{pendingKey, planMarkKey, passedOverKey, supportedKey, foundProfileKey} {
				in[key] = []byte(text)
			}
			if got := remembered(t.Context(), in, &diags); !reflect.DeepEqual(got, scanResult{}) {
				t.Errorf("manifest: got %+v, want nothing", got)
			}
			if got := planMarkOf(t.Context(), in, &diags); got != (planMark{}) {
				t.Errorf("plan mark: got %+v, want none", got)
			}
			if got := passedOverIn(t.Context(), in, &diags); len(got) > 0 {
				t.Errorf("video bucket: got %v, want nothing", got)
			}
			if !foundProfile(t.Context(), in, &diags) {
				t.Error("got no instance profile that was found, want one: it must not be deleted")
			}
			if len(diags) > 0 {
				t.Errorf("got %v, want no diagnostics", diags)
			}
		})
	}
}
