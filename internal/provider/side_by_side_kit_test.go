package provider_test

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/acctest"
)

// sideBySide makes the steps of one test of those of several cases, which have the
// same number of them: the first step has the configurations and the checks of all
// first steps, and so on. The provider block comes from here, and the resources of
// the cases have a label each. The CLI takes as long for one case as for all.
func sideBySide(t *testing.T, e *acctest.Env, cases ...[]resource.TestStep) []resource.TestStep {
	t.Helper()
	steps := make([]resource.TestStep, len(cases[0]))
	for i := range steps {
		steps[i].Config = e.Config("")
	}
	for _, c := range cases {
		if len(c) != len(steps) {
			t.Fatalf("a case has %d steps beside others of %d", len(c), len(steps))
		}
		for i, s := range c {
			all := &steps[i]
			all.Config += s.Config
			all.PreConfig = oneAfterTheOther(all.PreConfig, s.PreConfig)
			all.ConfigPlanChecks.PreApply = append(all.ConfigPlanChecks.PreApply, s.ConfigPlanChecks.PreApply...)
			all.ConfigStateChecks = append(all.ConfigStateChecks, s.ConfigStateChecks...)
			all.PostApplyFunc = oneAfterTheOther(all.PostApplyFunc, s.PostApplyFunc)
			s.Config, s.PreConfig, s.ConfigPlanChecks.PreApply, s.ConfigStateChecks, s.PostApplyFunc = "", nil, nil, nil, nil
			if !reflect.ValueOf(s).IsZero() {
				t.Fatalf("a step is more than others can stand beside: %+v", s)
			}
		}
	}
	return steps
}

func oneAfterTheOther(first, second func()) func() {
	if first == nil {
		return second
	}
	return func() {
		first()
		if second != nil {
			second()
		}
	}
}

// labelOf makes a label for a resource of the name of a case.
func labelOf(name string) string {
	return strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(name, "-"), "-")
}

// labelled gives the resource "this" of a configuration a label.
func labelled(config, label string) string {
	return strings.Replace(config, `"this"`, strconv.Quote(label), 1)
}
