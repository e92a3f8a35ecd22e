package provider

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// ValidateConfig reads the PGP key, so that a bad one fails before a key is made.
// The diagnostic is on no attribute: Terraform would print the lines of the key,
// which may be a private one.
func (r *accessKey) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[accessKeyModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.PGPKey.IsNull() || m.PGPKey.IsUnknown() {
		return
	}
	if _, err := iamaccess.ParsePGPKey(m.PGPKey.ValueString(), time.Now()); err != nil {
		awsdiag.Add(&resp.Diagnostics, "use", "pgp_key", err)
	}
}

// ModifyPlan decides whether another key is made, and says which attributes a new
// one will have.
func (r *accessKey) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[accessKeyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if req.State.Raw.IsNull() {
		m.planSecret(r.clients.Now())
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
		return
	}
	before, ok := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	// An imported key takes these over at first: it may be in use, and is not to be
	// replaced for an argument that could not be imported. No more is one that was
	// moved from hashicorp/aws, which had fetched its PGP key from Keybase.
	if !m.PGPKey.Equal(before.PGPKey) && !(before.imported() && before.PGPKey.IsNull()) && !before.sealedByKeybase() {
		resp.RequiresReplace.Append(path.Root("pgp_key"))
	}
	if !m.RotationTriggers.Equal(before.RotationTriggers) && !(before.imported() && before.RotationTriggers.IsNull()) {
		resp.RequiresReplace.Append(path.Root("rotation_triggers"))
	}
	if r.isForAnother(ctx, m, before, &resp.Diagnostics) {
		resp.RequiresReplace.Append(path.Root("user"))
	}
}

// isForAnother tells a user that is renamed, whose key stays, from another user,
// who gets another key: only the second is there without the key. Terraform plans
// once more within an apply, when the user has its new name.
func (r *accessKey) isForAnother(ctx context.Context, m, before accessKeyModel, diags *diag.Diagnostics) bool {
	switch {
	case m.User.Equal(before.User):
		return false
	case m.User.IsUnknown():
		return true
	}
	keys, err := r.iam.AccessKeys(ctx, m.User.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		return false
	case err != nil:
		awsdiag.AddAttribute(diags, path.Root("user"), "read the access keys of", m.User.ValueString(), err)
		return false
	case r.iam.MadeUser(m.User.ValueString()):
		return false // by this very apply, whose plan took it for the renamed one: Update explains
	}
	return !slices.ContainsFunc(keys, func(k iamaccess.Key) bool { return k.ID == before.AccessKeyID.ValueString() })
}

// planSecret plans as null what the other kind of key has.
func (m *accessKeyModel) planSecret(now time.Time) {
	switch {
	case m.PGPKey.IsUnknown():
	case m.PGPKey.IsNull():
		m.EncryptedSecretAccessKey, m.KeyFingerprint = types.StringNull(), types.StringNull()
	default:
		m.SecretAccessKey = types.StringNull()
		if key, err := iamaccess.ParsePGPKey(m.PGPKey.ValueString(), now); err == nil { // else the validation said so
			m.KeyFingerprint = types.StringValue(key.Fingerprint())
		}
	}
}
