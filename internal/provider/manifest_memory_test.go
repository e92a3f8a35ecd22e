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

func TestMemoryIsKept(t *testing.T) {
	for _, want := range []memory{
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
		if settled := want.settled(); settled.Differs || settled.Inventory != want.Inventory || !reflect.DeepEqual(settled.Quantiles, want.Quantiles) {
			t.Errorf("settled: %+v", settled)
		}
	}
}

// TestMemoryOfAnotherVersion must not stand in the way of plans.
func TestMemoryOfAnotherVersion(t *testing.T) {
	for _, text := range []string{`{"Differs":true,"Quantiles":"a"}`, `{"Quantiles":{"a":1}}`, `[]`, `null`, `{"Later":1}`} {
		var diags diag.Diagnostics
		if got := remembered(t.Context(), kept{pendingKey: []byte(text)}, &diags); !got.empty() || len(diags) > 0 {
			t.Errorf("%s: %+v, %v", text, got, diags)
		}
	}
}
