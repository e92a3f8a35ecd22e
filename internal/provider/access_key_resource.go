package provider

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure      = (*accessKey)(nil)
	_ resource.ResourceWithIdentity       = (*accessKey)(nil)
	_ resource.ResourceWithImportState    = (*accessKey)(nil)
	_ resource.ResourceWithModifyPlan     = (*accessKey)(nil)
	_ resource.ResourceWithValidateConfig = (*accessKey)(nil)
)

type accessKey struct{ resourceBase }

func newAccessKey() resource.Resource { return &accessKey{} }

func (r *accessKey) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_access_key"
}

func (r *accessKey) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"access_key_id": identityAttribute("ID of the access key."),
	}}
}

func (r *accessKey) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An access key of an IAM user. IAM shows the secret once, so it is stored in the state, in clear text unless `pgp_key` is set: only those who may have the key must be able to read the state.",
		Attributes: map[string]schema.Attribute{
			"id": idAttribute("ID of the access key."),
			"user": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the user. A key stays with its user when the user is renamed. Naming another user forces a new access key.",
				Validators:          []validator.String{tftype.IAMName(64)},
			},
			"status": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`Active` or `Inactive`, which ends all access with the key. Defaults to `Active`.",
				Default:             stringdefault.StaticString("Active"),
				Validators:          []validator.String{stringvalidator.OneOf("Active", "Inactive")},
			},
			"pgp_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "PGP public key, ASCII-armoured or in base64. The secret is then kept encrypted with it, in `encrypted_secret_access_key` alone. Changing this forces a new access key.",
			},
			"rotation_triggers": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Arbitrary map of values that, when changed, forces a new access key. The old key is deleted in the same apply; with `create_before_destroy` it works until the new one exists. Where readers get the new key later than that, add a second `fovea_access_key`, switch them over, and then remove the first. `-replace` cannot be warned of in the plan.",
			},
			"access_key_id": settled("ID of the access key."),
			"secret_access_key": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The secret. Null with `pgp_key`, and after an import.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"encrypted_secret_access_key": settled("The secret, encrypted with `pgp_key`, as base64: `base64 --decode | gpg --decrypt` shows it. Null without `pgp_key`."),
			"key_fingerprint":             settled("Fingerprint of `pgp_key`. Null without it."),
			"created_at":                  settled("When the key was created, in RFC 3339."),
		},
	}
}

func (r *accessKey) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[accessKeyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var seal *iamaccess.PGPKey
	if !m.PGPKey.IsNull() {
		key, err := iamaccess.ParsePGPKey(m.PGPKey.ValueString(), r.clients.Now())
		if err != nil {
			awsdiag.Add(&resp.Diagnostics, "use", "pgp_key", err)
			return
		}
		seal = &key
	}
	key, err := r.iam.CreateAccessKey(ctx, m.User.ValueString())
	if err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("user"), "create an access key for", m.User.ValueString(), err)
		return
	}
	r.walk.noteWrite(remoteObject{accessKeyObject, key.ID})
	m.flatten(key.Key)
	if err := r.complete(ctx, &m, key, seal); err != nil && r.takeBack(ctx, key, err, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, accessKeyIdentity{m.AccessKeyID}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *accessKey) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.walk.noteRead(remoteObject{accessKeyObject, m.AccessKeyID.ValueString()})
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	identify(ctx, resp.Identity, accessKeyIdentity{m.AccessKeyID}, &resp.Diagnostics)
	key, err := r.iam.AccessKey(ctx, m.User.ValueString(), m.AccessKeyID.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		r.walk.noteAbsent(remoteObject{accessKeyObject, m.AccessKeyID.ValueString()})
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the access key of", m.User.ValueString(), err)
	default:
		m.flatten(key)
		m.Status = types.StringValue(key.Status)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *accessKey) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[accessKeyModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	// This also finds out whether the user was renamed, and the key with it.
	err := r.iam.SetAccessKeyStatus(ctx, m.User.ValueString(), m.AccessKeyID.ValueString(), m.Status.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		resp.Diagnostics.AddAttributeError(path.Root("user"), accessKeyNotOfUser.summary("The access key %s is not one of the user %s", m.AccessKeyID.ValueString(), m.User.ValueString()),
			"It was created for another user, or it was deleted. Apply again, now that the user exists: the plan will create another key.")
	case err != nil:
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("status"), "set the status of the access key of", m.User.ValueString(), err)
	default:
		identify(ctx, resp.Identity, accessKeyIdentity{m.AccessKeyID}, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *accessKey) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.iam.DeleteAccessKey(ctx, m.User.ValueString(), m.AccessKeyID.ValueString()); err != nil {
		awsdiag.Add(&resp.Diagnostics, "delete the access key of", m.User.ValueString(), err)
		return
	}
	// The plan of a replacement warns only if an argument has asked for it.
	if !planMarkOf(ctx, req.Private, &resp.Diagnostics).Destroy {
		m.warnOfEnd("was replaced", &resp.Diagnostics)
	}
}

func (r *accessKey) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := accessKeyIdentity{}
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	} else {
		id.AccessKeyID = types.StringValue(req.ID)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	whole := id.AccessKeyID.ValueString()
	user, key, ok := strings.Cut(whole, "/")
	if !ok {
		key = user
	}
	const form = `the access key's ID, as in "AKIAIOSFODNN7EXAMPLE", or the name of its user and that, as in "fovea-reader/AKIAIOSFODNN7EXAMPLE"`
	if ok && !importable(ctx, whole, form, user, tftype.IAMName(64), &resp.Diagnostics) || !importable(ctx, whole, form, key, tftype.AccessKeyID(), &resp.Diagnostics) {
		return
	}
	if !ok {
		var err error
		if user, err = r.iam.AccessKeyUser(ctx, key); err != nil {
			resp.Diagnostics.AddError("Could not find the user of the access key "+key,
				awsdiag.Detail(err)+"\n\nThe import needs no look-up when its ID names the user: USER/"+key+".")
			return
		}
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("user"), user)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("access_key_id"), key)...)
}

// complete puts the secret of a new key where it belongs, encrypted if seal is not
// nil, and sets the status of the key: in IAM a new key is active.
func (r *accessKey) complete(ctx context.Context, m *accessKeyModel, key iamaccess.NewKey, seal *iamaccess.PGPKey) error {
	m.SecretAccessKey, m.EncryptedSecretAccessKey, m.KeyFingerprint = types.StringNull(), types.StringNull(), types.StringNull()
	if seal == nil {
		m.SecretAccessKey = types.StringValue(key.Secret)
	} else {
		encrypted, err := seal.Encrypt(key.Secret)
		if err != nil {
			return err
		}
		m.EncryptedSecretAccessKey, m.KeyFingerprint = types.StringValue(encrypted), types.StringValue(seal.Fingerprint())
	}
	if m.Status.ValueString() == key.Status {
		return nil
	}
	return r.iam.SetAccessKeyStatus(ctx, key.User, key.ID, m.Status.ValueString())
}

// takeBack deletes a key that was just created and could not be completed, and reports
// whether it did. A key that stays is kept in the state, with the error, so that the
// next apply deletes it.
func (r *accessKey) takeBack(ctx context.Context, key iamaccess.NewKey, failure error, diags *diag.Diagnostics) bool {
	const summary = "Could not complete the access key of the user %s"
	err := r.iam.DiscardAccessKey(ctx, key.User, key.ID)
	if err == nil {
		diags.AddError(creationUndone.summary(summary, key.User), "The key "+key.ID+" was deleted again, so nothing is left. Correct the cause and apply again.\n\n"+awsdiag.Detail(failure))
		return true
	}
	diags.AddError(creationIncomplete.summary(summary, key.User), "The key "+key.ID+" was created, and could not be deleted again. It is in the state as tainted, so the next apply replaces it.\n\n"+
		awsdiag.Detail(failure)+"\n\nWhy it could not be deleted: "+awsdiag.Detail(err))
	return false
}

type accessKeyIdentity struct {
	AccessKeyID types.String `tfsdk:"access_key_id"`
}

// inactive is the status of a key that does not work. An imported key that was not
// refreshed has none.
const inactive = "Inactive"

type accessKeyModel struct {
	ID                       types.String `tfsdk:"id"`
	User                     types.String `tfsdk:"user"`
	Status                   types.String `tfsdk:"status"`
	PGPKey                   types.String `tfsdk:"pgp_key"`
	RotationTriggers         types.Map    `tfsdk:"rotation_triggers"`
	AccessKeyID              types.String `tfsdk:"access_key_id"`
	SecretAccessKey          types.String `tfsdk:"secret_access_key"`
	EncryptedSecretAccessKey types.String `tfsdk:"encrypted_secret_access_key"`
	KeyFingerprint           types.String `tfsdk:"key_fingerprint"`
	CreatedAt                types.String `tfsdk:"created_at"`
}

func (m *accessKeyModel) flatten(k iamaccess.Key) {
	m.ID, m.AccessKeyID = types.StringValue(k.ID), types.StringValue(k.ID)
	m.User = types.StringValue(k.User)
	m.CreatedAt = types.StringValue(k.CreatedAt.UTC().Format(time.RFC3339))
}

// sealedByKeybase reports whether the secret is encrypted with a key that is only
// known by the name of its owner at Keybase.
func (m *accessKeyModel) sealedByKeybase() bool {
	return strings.HasPrefix(m.PGPKey.ValueString(), "keybase:")
}

// imported reports whether the secret was never here.
func (m *accessKeyModel) imported() bool {
	return m.SecretAccessKey.IsNull() && m.EncryptedSecretAccessKey.IsNull()
}

// ValidateConfig reads the PGP key, so that a bad one fails before a key is created.
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
