package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// ModifyPlan decides whether the plan replaces the key, and plans the attributes of a new
// one. It warns of a key that ends.
func (r *accessKey) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		before, ok := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
		// An apply with create_before_destroy plans the end of the old key, and shows no
		// warnings of that.
		if applies := r.providerData != nil && r.walk.applies(); ok && !applies {
			leavePlanMark(ctx, resp.Private, planMark{Destroy: true}, &resp.Diagnostics)
			before.warnOfEnd("will be deleted", &resp.Diagnostics)
		}
		return
	}
	if r.providerData == nil {
		return
	}
	m, ok := decode[accessKeyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if req.State.Raw.IsNull() {
		m.planSecret(r.clients.Now())
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
		// An apply, which reads nothing, plans the new half of a replacement once more, and
		// cannot tell the old key from one that is left.
		if r.walk.entry(remoteObject{userObject, m.User.ValueString()}).reads > 0 {
			r.warnOfOtherKeys(ctx, m.User, "", &resp.Diagnostics)
		}
		return
	}
	before, ok := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	// An imported key takes these over at first: it may be in use, and must not be
	// replaced because of an argument that could not be imported. The same holds for a key
	// that was moved from hashicorp/aws, which had fetched its PGP key from Keybase.
	if !m.PGPKey.Equal(before.PGPKey) && !(before.imported() && before.PGPKey.IsNull()) && !before.sealedByKeybase() {
		resp.RequiresReplace.Append(path.Root("pgp_key"))
	}
	if !m.RotationTriggers.Equal(before.RotationTriggers) && !(before.imported() && before.RotationTriggers.IsNull()) {
		resp.RequiresReplace.Append(path.Root("rotation_triggers"))
	}
	if r.isForAnother(ctx, m, before, &resp.Diagnostics) {
		resp.RequiresReplace.Append(path.Root("user"))
	}
	switch {
	case len(resp.RequiresReplace) > 0:
		before.warnOfReplacement(&resp.Diagnostics)
		r.warnOfOtherKeys(ctx, before.User, before.AccessKeyID.ValueString(), &resp.Diagnostics)
	case m.Status.ValueString() == inactive:
		before.warnOfEnd("will be inactive", &resp.Diagnostics)
	}
}

// warnOfReplacement says how readers keep their access when a key is replaced.
func (m *accessKeyModel) warnOfReplacement(diags *diag.Diagnostics) {
	if m.Status.ValueString() == inactive {
		return
	}
	diags.AddWarning(accessKeyReplaced.summary("The access key %s of the user %s will be replaced", m.AccessKeyID.ValueString(), m.User.ValueString()),
		"Requests that are signed with it fail as soon as it is deleted, and videos that are read with it no longer play. "+
			"With create_before_destroy in the lifecycle block, it is deleted after the new key exists, but in the same apply: what reads with it has to have the new one by then. "+
			"If it gets its key from this configuration only later, add a second fovea_access_key, let it use that one, and then remove this one.")
}

// warnOfEnd says that a key no longer works. happens is a verb.
func (m *accessKeyModel) warnOfEnd(happens string, diags *diag.Diagnostics) {
	if m.Status.ValueString() == inactive {
		return
	}
	diags.AddWarning(accessKeyEnds.summary("The access key %s of the user %s %s", m.AccessKeyID.ValueString(), m.User.ValueString(), happens),
		"Requests that are signed with it fail from then on, and videos that are read with it no longer play. Give its readers another key first. If its block was renamed, add a moved block with the old and the new address: the key then stays.")
}

// warnOfOtherKeys names, in a plan that creates a key, the keys that the user has already:
// an interrupted apply leaves one, and IAM allows two. own is the ID of the key that the
// state has, "" if it has none. The plan does not fail when the keys cannot be listed.
func (r *accessKey) warnOfOtherKeys(ctx context.Context, user types.String, own string, diags *diag.Diagnostics) {
	if user.IsUnknown() {
		return
	}
	name := user.ValueString()
	keys, err := r.iam.AccessKeys(ctx, name)
	if err != nil {
		return
	}
	inState := "The state has no key for this resource."
	var managed, unknown []string
	for _, key := range keys {
		text := fmt.Sprintf("%s (%s, created %s)", key.ID, key.Status, key.CreatedAt.UTC().Format(time.RFC3339))
		switch {
		case key.ID == own:
			inState = "The state has " + text + "."
		case r.iam.MadeKey(key.ID):
			return // by this apply, whose plan has said what there is to say
		case r.walk.entry(remoteObject{accessKeyObject, key.ID}).reads > 0:
			managed = append(managed, text)
		default:
			unknown = append(unknown, text)
		}
	}
	full := len(keys) >= iamaccess.MaxKeys
	if len(unknown) == 0 && !full {
		return
	}
	detail := inState
	if len(unknown) > 0 {
		detail += fmt.Sprintf(" The user also has %s, which this run does not manage. An apply that was interrupted leaves such a key, whose secret nobody has. "+
			"If nobody uses it (aws iam get-access-key-last-used tells), delete it: aws iam delete-access-key --user-name %s --access-key-id KEY.", strings.Join(unknown, " and "), name)
	}
	if len(managed) > 0 {
		detail += " The user also has " + strings.Join(managed, " and ") + ", which another resource manages."
	}
	switch {
	case full && own != "":
		detail += " IAM allows two keys, so with create_before_destroy the apply would end in LimitExceeded."
	case full:
		detail += " IAM allows two keys, so the apply would end in LimitExceeded."
	}
	summary := accessKeysOfOthers.summary("The user %s has other access keys", name)
	if own != "" { // two keys of one user may be replaced at once
		summary = accessKeysOfOthers.summary("The user %s has other access keys than %s", name, own)
	}
	diags.AddAttributeWarning(path.Root("user"), summary, detail)
}

// isForAnother tells a user that is renamed, whose key stays, from another user, who gets
// another key: only the other user exists without the key. In the apply Terraform plans
// once more, when the user has its new name.
func (r *accessKey) isForAnother(ctx context.Context, m, before accessKeyModel, diags *diag.Diagnostics) bool {
	switch {
	case m.User.Equal(before.User):
		return false
	case m.User.IsUnknown():
		return true
	case r.walk.entry(remoteObject{userObject, before.User.ValueString()}).newName == m.User.ValueString():
		return false // also if the new name is taken, so that the key outlives a refused renaming
	}
	keys, err := r.iam.AccessKeys(ctx, m.User.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		return false
	case err != nil:
		awsdiag.AddAttribute(diags, path.Root("user"), "read the access keys of", m.User.ValueString(), err)
		return false
	case r.iam.MadeUser(m.User.ValueString()):
		return false // by this apply, whose plan took it for the renamed one: Update explains
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
