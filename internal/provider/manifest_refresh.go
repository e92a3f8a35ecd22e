package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// refresh reads the manifest, but only if somebody changed it, which one HEAD
// request tells; and lists the bucket for the update that is due, if the plan is
// to show it.
//
// That happens here, not in the plan, because Terraform asks for a second plan
// when it applies, which has to be the same although videos came and went. The
// state that is read here is what both plans begin with.
func (r *manifestResource) refresh(ctx context.Context, m *manifestModel, diags *diag.Diagnostics) (publish.Pending, error) {
	bucket, key := m.Bucket.ValueString(), m.Key.ValueString()
	client, err := r.s3Of(ctx, bucket)
	if err != nil {
		return publish.Pending{}, err
	}
	etag, err := publish.ETag(ctx, client, bucket, key)
	if err != nil {
		return publish.Pending{}, err
	}
	if etag != m.ETag.ValueString() {
		current, err := publish.Read(ctx, client, bucket, key)
		if err != nil {
			return publish.Pending{}, err
		}
		m.flattenCurrent(current)
	}
	m.fillDefaults()
	selection := m.selection(ctx, diags)
	if m.ArchivedCount.IsNull() { // after an import
		report, err := publish.Inspect(ctx, client, selection)
		if err != nil {
			return publish.Pending{}, err
		}
		m.flattenReport(report)
	}
	if !m.ScanOnPlan.ValueBool() {
		return publish.Pending{}, nil
	}
	return publish.Due(ctx, client, selection, key, m.Digest.ValueString())
}

// private is the part of a state that a provider keeps for itself.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

const pendingKey = "pending"

// remember keeps an update that is due for the plan.
func remember(ctx context.Context, in private, due publish.Pending, diags *diag.Diagnostics) {
	var text []byte // none removes it
	if due.Differs {
		var err error
		if text, err = json.Marshal(due); err != nil {
			diags.AddError("Could not keep the changes of the manifest for the plan", err.Error())
			return
		}
	}
	diags.Append(in.SetKey(ctx, pendingKey, text)...)
}

// remembered gives the update that the last refresh found due; it is empty when
// there is none.
func remembered(ctx context.Context, in private, diags *diag.Diagnostics) (due publish.Pending) {
	text, problems := in.GetKey(ctx, pendingKey)
	diags.Append(problems...)
	if len(text) == 0 {
		return publish.Pending{}
	}
	if err := json.Unmarshal(text, &due); err != nil {
		diags.AddError("Could not understand the changes of the manifest that the last refresh found", err.Error())
	}
	return due
}
