package provider

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// TestManifestRemedies gives each kind of error its argument, its code and its remedy.
func TestManifestRemedies(t *testing.T) {
	place := inventory.Place{Source: "videos", Bucket: "inventories"}
	kind := func(k inventory.Kind) error { return &inventory.Error{Kind: k, Place: place} }
	for name, tt := range map[string]struct {
		err                   error
		attribute, code, want string
	}{
		"not delivered":     {kind(inventory.NotDelivered), "inventory", "[manifest-inventory-unusable]", "the policy of the bucket inventories lets S3 write: inventory_source_arns of fovea_bucket_policy does."},
		"no destination":    {inventory.NoBucket(place), "inventory", "[manifest-inventory-unusable]", "until then, use source = \"list\".\n\nError: there is no bucket inventories"},
		"ambiguous":         {kind(inventory.Ambiguous), "inventory", "[manifest-inventory-unusable]", "Say which one to read, with name."},
		"file missing":      {kind(inventory.FileMissing), "inventory", "[manifest-inventory-unusable]", "A destination prefix that ends in a slash"},
		"damaged":           {kind(inventory.Damaged), "inventory", "[manifest-inventory-unusable]", "it is not as S3 delivered it"},
		"fields missing":    {kind(inventory.FieldsMissing), "inventory", "[manifest-inventory-unusable]", "Configure the inventory with these fields"},
		"other source":      {kind(inventory.OtherSource), "inventory", "[manifest-inventory-unusable]", "where the inventory of videos is delivered"},
		"other destination": {kind(inventory.OtherDestination), "inventory", "[manifest-inventory-unusable]", "where S3 delivers the inventory of videos"},
		"unknown format":    {kind(inventory.UnknownFormat), "inventory", "[manifest-inventory-unusable]", "Inventories in CSV and in Parquet can be read."},
		"from the future":   {kind(inventory.FromTheFuture), "inventory", "[manifest-inventory-unusable]", "Set the clock of this machine"},
		"stale":             {&inventory.StaleError{Age: 49 * time.Hour, Max: 48 * time.Hour}, "max_inventory_age", "[manifest-inventory-unusable]", "raise max_inventory_age"},
		"shrinks":           {&publish.ShrinkError{Before: 4, Removed: 3, Percent: 50}, "max_removed_percent", "[manifest-shrinks]", "raise max_removed_percent for this one apply"},
		"wrapped":           {fmt.Errorf("publishing: %w", errors.Join(kind(inventory.Ambiguous))), "inventory", "[manifest-inventory-unusable]", "with name."},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			manifestModel{Bucket: types.StringValue("videos"), Key: types.StringValue("manifest.json")}.explain(tt.err, "plan", &diags)
			if len(diags) != 1 {
				t.Fatalf("got %d diagnostics, want 1", len(diags))
			}
			at, ok := diags[0].(diag.DiagnosticWithPath)
			if !ok || at.Path().String() != tt.attribute {
				t.Errorf("got %v, want it on %s", diags[0], tt.attribute)
			}
			if got := diags[0].Summary(); !strings.HasSuffix(got, tt.code) {
				t.Errorf("got summary %q, want it to end with %s", got, tt.code)
			}
			if got := diags[0].Detail(); !strings.Contains(got, tt.want) {
				t.Errorf("got detail %q, want it to contain %q", got, tt.want)
			}
		})
	}
}
