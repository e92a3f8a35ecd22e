package provider_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// badInput is a configuration of a resource, and what the user reads about it.
type badInput struct{ arguments, message string }

// refuses plans one resource for each case, all in one configuration, and expects
// Terraform to report each of them. What the validation finds keeps Terraform from
// planning, so the cases that it has nothing against are planned by themselves.
func refuses(t *testing.T, kind string, cases map[string]badInput) {
	t.Helper()
	e := acctest.Start(t)
	left := maps.Clone(cases)
	for len(left) > 0 {
		reported := refusedIn(t, e, kind, left)
		if len(reported) == 0 {
			t.Fatalf("no error for %q", slices.Sorted(maps.Keys(left)))
		}
		for _, name := range reported {
			delete(left, name)
		}
	}
}

// refusedIn plans the cases once, and gives those that an error is about.
func refusedIn(t *testing.T, e *acctest.Env, kind string, cases map[string]badInput) (reported []string) {
	t.Helper()
	var config strings.Builder
	label := strings.NewReplacer(" ", "_", ",", "").Replace
	for name, c := range cases {
		config.WriteString("resource \"" + kind + "\" \"" + label(name) + "\" {\n" + c.arguments + "\n}\n")
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		ErrorCheck: func(err error) error {
			diagnostics := strings.Split(err.Error(), "Error: ")
			for name, c := range cases {
				at := "with " + kind + "." + label(name) + ","
				if !strings.Contains(err.Error(), at) {
					continue
				}
				reported = append(reported, name)
				if !slices.ContainsFunc(diagnostics, func(d string) bool { return strings.Contains(d, at) && acctest.Message(c.message).MatchString(d) }) {
					t.Errorf("%s: no error says %q", name, c.message)
				}
			}
			if t.Failed() {
				t.Log(err)
			}
			return nil
		},
		Steps: []resource.TestStep{{Config: e.Config("%s", config.String()), PlanOnly: true}},
	})
	return reported
}

// inOrder matches texts in the output of Terraform with anything between them.
func inOrder(texts ...string) *regexp.Regexp {
	patterns := make([]string, 0, len(texts))
	for _, text := range texts {
		patterns = append(patterns, acctest.Message(text).String())
	}
	return regexp.MustCompile(strings.Join(patterns, `[\s\S]*`))
}
