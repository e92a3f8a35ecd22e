package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

const pendingKey = "pending"

// memory is what a refresh found out for the plan and for the next refresh, and an apply
// for both.
type memory struct {
	publish.Pending
	// Problem is why the inventory could not be read. The plan tells, if it is still
	// to be read: the refresh would tell even those who chose another one.
	Problem *problem `json:",omitempty"`
	// Inventory is the one whose list has the digest Found.
	Inventory string `json:",omitempty"`
	// Quantiles are those of the bucket when the manifest was published last, from a
	// listing. Refreshes leave them alone, so that a state does not change for their
	// sake.
	Quantiles []string `json:",omitempty"`
	// SnapshotDue says that the manifest lacks the snapshot that the apply which
	// published it should have saved.
	SnapshotDue bool `json:",omitempty"`
	// Cleared says that a refresh has cleared what the state showed of the last update,
	// for one that was due.
	Cleared bool `json:",omitempty"`
	// Others counts the videos that suffixes leaves out, when an update is due.
	Others int64 `json:",omitempty"`
}

// empty reports whether there is nothing to remember.
func (m memory) empty() bool {
	return !m.Differs && !m.Cleared && m.Problem == nil && m.Inventory == "" && len(m.Quantiles) == 0 && !m.SnapshotDue
}

// settled is what stays of a memory when what is due has been done.
func (m memory) settled() memory {
	return memory{Pending: publish.Pending{Found: m.Found}, Inventory: m.Inventory, Quantiles: m.Quantiles, Cleared: m.Cleared}
}

// remember keeps a memory.
func remember(ctx context.Context, in private, m memory, diags *diag.Diagnostics) {
	var value any
	if !m.empty() {
		value = m
	}
	keepPrivate(ctx, in, pendingKey, value, diags)
}

// remembered gives what the last refresh, or apply, found out.
func remembered(ctx context.Context, in privateReader, diags *diag.Diagnostics) memory {
	return recallPrivate[memory](ctx, in, pendingKey, diags)
}

// problem is a diagnostic that can be kept.
type problem struct{ Attribute, Summary, Detail string }

// keep makes a problem of an error.
func (m manifestModel) keep(err error) *problem {
	var diags diag.Diagnostics
	m.explain(err, "plan", &diags)
	p := &problem{Summary: diags[0].Summary(), Detail: diags[0].Detail()}
	if at, ok := diags[0].(diag.DiagnosticWithPath); ok {
		if steps := at.Path().Steps(); len(steps) > 0 {
			p.Attribute = steps[0].String()
		}
	}
	return p
}

func (p *problem) report(diags *diag.Diagnostics) {
	if p.Attribute == "" {
		diags.AddError(p.Summary, p.Detail)
		return
	}
	diags.AddAttributeError(path.Root(p.Attribute), p.Summary, p.Detail)
}
