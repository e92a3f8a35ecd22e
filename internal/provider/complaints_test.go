package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// complaint is what a validation, or the plan of a new resource, says of one attribute.
type complaint struct{ at, text string }

// complaintsOf gives what the provider finds wrong with a configuration, as JSON, of
// a new resource.
func complaintsOf(t *testing.T, kind, config string) []complaint {
	t.Helper()
	server, err := acctest.Factories()["fovea"]()
	if err != nil {
		t.Fatal(err)
	}
	configured := &tfprotov6.DynamicValue{JSON: []byte(config)}
	validated, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: kind, Config: configured})
	if err != nil {
		t.Fatal(err)
	}
	planned, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, Config: configured, ProposedNewState: configured, PriorState: &tfprotov6.DynamicValue{JSON: []byte("null")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var found []complaint
	for _, d := range validated.Diagnostics {
		found = append(found, complaint{written(d.Attribute), d.Summary + ": " + d.Detail})
	}
	for _, d := range planned.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			found = append(found, complaint{written(d.Attribute), d.Summary + ": " + d.Detail})
		}
	}
	return found
}

// written gives a path as a configuration writes it.
func written(path *tftypes.AttributePath) string {
	text := ""
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			text += "." + string(step)
		case tftypes.ElementKeyInt:
			text += fmt.Sprintf("[%d]", step)
		case tftypes.ElementKeyString:
			text += fmt.Sprintf("[%s]", string(step))
		}
	}
	return strings.TrimPrefix(text, ".")
}

// finds expects exactly these complaints: attributes, and a part of what is said
// of each.
func finds(t *testing.T, kind, config string, want map[string]string) {
	t.Helper()
	got := complaintsOf(t, kind, config)
	for _, at := range slices.Sorted(maps.Keys(want)) {
		i := slices.IndexFunc(got, func(c complaint) bool {
			return c.at == at && acctest.Message(want[at]).MatchString(c.text)
		})
		if i < 0 {
			t.Errorf("nothing says %q of %s", want[at], at)
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
	if len(got) > 0 {
		t.Errorf("complaints nobody expects: %q", got)
	}
}
