package provider_test

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// sideBySide makes one test of several cases with the same number of steps: the
// first step has the configurations and the checks of all first steps, and expects
// all their errors, and so on. The provider block comes from here, and the resources
// of the cases have a label each. The CLI takes as long for one case as for all.
func sideBySide(t *testing.T, e *acctest.Env, cases ...[]resource.TestStep) resource.TestCase {
	t.Helper()
	steps := make([]resource.TestStep, len(cases[0]))
	errors := make([]expectedErrors, len(steps))
	var running int
	for i := range steps {
		steps[i].Config = e.Config("")
		steps[i].Destroy = cases[0][i].Destroy
		steps[i].PreConfig = func() { running = i }
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
			if s.ExpectError != nil {
				errors[i].messages = append(errors[i].messages, s.ExpectError)
			}
			rest := s
			rest.Config, rest.PreConfig, rest.ConfigPlanChecks.PreApply, rest.ConfigStateChecks, rest.PostApplyFunc, rest.ExpectError = "", nil, nil, nil, nil, nil
			if rest.Destroy = s.Destroy != all.Destroy; !reflect.ValueOf(rest).IsZero() {
				t.Fatalf("a step is more than others can stand beside: %+v", s)
			}
		}
	}
	t.Cleanup(func() {
		for i, expected := range errors {
			if len(expected.messages) > 0 && !expected.came && !t.Failed() {
				t.Errorf("step %d ended without the errors that were expected", i+1)
			}
		}
	})
	return resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(), Steps: steps,
		ErrorCheck: func(err error) error { return errors[running].check(t, err) },
	}
}

// expectedErrors are those of a step, in any order.
type expectedErrors struct {
	messages []*regexp.Regexp
	came     bool
}

func (e *expectedErrors) check(t *testing.T, err error) error {
	t.Helper()
	if len(e.messages) == 0 {
		return err
	}
	e.came = true
	times := map[string]int{} // several cases may have the same error
	for _, message := range e.messages {
		times[message.String()]++
		if len(message.FindAllString(err.Error(), -1)) < times[message.String()] {
			t.Errorf("no error says %s, or not often enough:\n%s", message, err)
		}
	}
	return nil
}

func oneAfterTheOther(first, second func()) func() {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return func() { first(); second() }
}

// labelOf makes a label for a resource of the name of a case.
func labelOf(name string) string {
	return strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(name, "-"), "-")
}

// labelled gives the resource "this" of a configuration a label.
func labelled(config, label string) string {
	return strings.Replace(config, `"this"`, strconv.Quote(label), 1)
}
