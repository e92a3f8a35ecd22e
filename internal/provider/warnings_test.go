package provider_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// warnings collects the warnings that the provider gives the CLI, which
// terraform-plugin-testing does not show.
type warnings struct {
	mu   sync.Mutex
	seen []string // summary, a newline, detail
}

// run is Env.Run with the warnings noted.
func (w *warnings) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{Steps: steps, ProtoV6ProviderFactories: w.factories()})
}

// factories gives the provider in this process, overheard.
func (w *warnings) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"fovea": func() (tfprotov6.ProviderServer, error) {
			server, err := acctest.Factories()["fovea"]()
			return overheard{server, w}, err
		},
	}
}

// take gives the warnings since it was called last.
func (w *warnings) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen
	w.seen = nil
	return seen
}

// expect gives a function that fails the test unless the warnings since the last
// look are those with the given words, one for each, in any order.
func (w *warnings) expect(t *testing.T, words ...string) func() {
	t.Helper()
	return func() {
		t.Helper()
		seen := w.take()
		for _, want := range words {
			found := slices.IndexFunc(seen, func(warning string) bool { return acctest.Message(want).MatchString(warning) })
			if found < 0 {
				t.Errorf("no warning says %q; the others:\n%s", want, strings.Join(seen, "\n\n"))
				continue
			}
			seen = slices.Delete(seen, found, found+1)
		}
		if len(seen) > 0 {
			t.Errorf("warnings nobody expects:\n%s", strings.Join(seen, "\n\n"))
		}
	}
}

func (w *warnings) add(diagnostics []*tfprotov6.Diagnostic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range diagnostics {
		if text := d.Summary + "\n" + d.Detail; d.Severity == tfprotov6.DiagnosticSeverityWarning && !slices.Contains(w.seen, text) {
			w.seen = append(w.seen, text)
		}
	}
}

type overheard struct {
	tfprotov6.ProviderServer
	warnings *warnings
}

func (o overheard) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := o.ProviderServer.ReadResource(ctx, req)
	if err == nil {
		o.warnings.add(resp.Diagnostics)
	}
	return resp, err
}

func (o overheard) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := o.ProviderServer.PlanResourceChange(ctx, req)
	if err == nil {
		o.warnings.add(resp.Diagnostics)
	}
	return resp, err
}

func (o overheard) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := o.ProviderServer.ApplyResourceChange(ctx, req)
	if err == nil {
		o.warnings.add(resp.Diagnostics)
	}
	return resp, err
}
