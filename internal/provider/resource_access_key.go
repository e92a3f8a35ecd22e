package provider

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
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
		MarkdownDescription: "An access key of an IAM user. IAM shows the secret once, so it is kept in the state, in clear text unless `pgp_key` is given: keep the state where only those who may have the key can read it.",
		Attributes: map[string]schema.Attribute{
			"id": idAttribute("ID of the access key."),
			"user": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the user. A key stays with its user when that is renamed; for another user another key is made.",
				Validators:          []validator.String{tftype.IAMName(64)},
			},
			"status": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`Active` or `Inactive`. Default: `Active`.",
				Default:             stringdefault.StaticString("Active"),
				Validators:          []validator.String{stringvalidator.OneOf("Active", "Inactive")},
			},
			"pgp_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "PGP public key, ASCII-armoured or in base64. The secret is then kept encrypted with it, in `encrypted_secret_access_key` alone. Another key makes another access key.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"rotation_triggers": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Any values, such as a date; a change of one makes another access key. With `create_before_destroy` the old one works until the new one is there.",
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
			},
			"access_key_id": settled("ID of the access key."),
			"secret_access_key": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The secret. Null with `pgp_key`, and after an import.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"encrypted_secret_access_key": settled("The secret, encrypted with `pgp_key`, as base64: `base64 --decode | gpg --decrypt` shows it. Null without `pgp_key`."),
			"key_fingerprint":             settled("Fingerprint of `pgp_key`. Null without it."),
			"created_at":                  settled("When the key was made, in RFC 3339."),
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
			awsdiag.AddAttribute(&resp.Diagnostics, path.Root("pgp_key"), "use the PGP key for the access key of", m.User.ValueString(), err)
			return
		}
		seal = &key
	}
	key, err := r.iam.CreateAccessKey(ctx, m.User.ValueString())
	if err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("user"), "create an access key for", m.User.ValueString(), err)
		return
	}
	m.flatten(key.Key)
	wanted := m.Status
	m.Status = types.StringValue(key.Status)
	if err := m.keepSecret(key.Secret, seal); err != nil {
		awsdiag.Add(&resp.Diagnostics, "encrypt the secret of the access key of", m.User.ValueString(), err)
		if err := r.iam.DeleteAccessKey(context.WithoutCancel(ctx), m.User.ValueString(), key.ID); err != nil {
			awsdiag.Add(&resp.Diagnostics, "delete the access key "+key.ID+" again, of", m.User.ValueString(), err)
		}
		return
	}
	if wanted != m.Status {
		// A key that stays active is kept: its secret cannot be had a second time.
		if err := r.iam.SetAccessKeyStatus(ctx, m.User.ValueString(), key.ID, wanted.ValueString()); err != nil {
			awsdiag.AddAttribute(&resp.Diagnostics, path.Root("status"), "set the status of the access key of", m.User.ValueString(), err)
		}
		m.Status = wanted
	}
	identify(ctx, resp.Identity, accessKeyIdentity{m.AccessKeyID}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *accessKey) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, accessKeyIdentity{m.AccessKeyID}, &resp.Diagnostics)
	key, err := r.iam.AccessKey(ctx, m.User.ValueString(), m.AccessKeyID.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
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
		resp.Diagnostics.AddAttributeError(path.Root("user"), "The access key belongs to another user",
			"The access key "+m.AccessKeyID.ValueString()+" is not one of "+m.User.ValueString()+". To make a key for that user, replace this one: terraform apply -replace=ADDRESS, with the address of this resource.")
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
	}
}

func (r *accessKey) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := accessKeyIdentity{}
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	} else {
		id.AccessKeyID = types.StringValue(req.ID)
	}
	user, key, ok := strings.Cut(id.AccessKeyID.ValueString(), "/")
	if !ok {
		key = user
		var err error
		if user, err = r.iam.AccessKeyUser(ctx, key); err != nil {
			awsdiag.Add(&resp.Diagnostics, "find the user of the access key", key, err)
			return
		}
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("user"), user)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("access_key_id"), key)...)
}

// ValidateConfig reads the PGP key, so that a bad one fails before a key is made.
func (r *accessKey) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[accessKeyModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.PGPKey.IsNull() || m.PGPKey.IsUnknown() {
		return
	}
	if _, err := iamaccess.ParsePGPKey(m.PGPKey.ValueString(), time.Now()); err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("pgp_key"), "use the PGP key for an access key of", m.User.ValueString(), err)
	}
}

// ModifyPlan tells a user that is renamed, whose key stays, from another user, who
// gets another key: only the second exists already.
func (r *accessKey) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[accessKeyModel](ctx, req.Plan, &resp.Diagnostics)
	before, beforeOK := decode[accessKeyModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !beforeOK || m.User.Equal(before.User) {
		return
	}
	if m.User.IsUnknown() {
		resp.RequiresReplace.Append(path.Root("user"))
		return
	}
	_, err := r.iam.User(ctx, m.User.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent): // is made, or renamed, by the same apply
	case err != nil:
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("user"), "look up the user", m.User.ValueString(), err)
	default:
		resp.RequiresReplace.Append(path.Root("user"))
	}
}

type accessKeyIdentity struct {
	AccessKeyID types.String `tfsdk:"access_key_id"`
}

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
	m.CreatedAt = types.StringValue(k.CreatedAt.UTC().Format(time.RFC3339))
}

// keepSecret puts the secret where it belongs, encrypted if there is a key for
// that.
func (m *accessKeyModel) keepSecret(secret string, seal *iamaccess.PGPKey) error {
	if seal == nil {
		m.SecretAccessKey = types.StringValue(secret)
		m.EncryptedSecretAccessKey, m.KeyFingerprint = types.StringNull(), types.StringNull()
		return nil
	}
	encrypted, err := seal.Encrypt(secret)
	if err != nil {
		return err
	}
	m.SecretAccessKey = types.StringNull()
	m.EncryptedSecretAccessKey, m.KeyFingerprint = types.StringValue(encrypted), types.StringValue(seal.Fingerprint())
	return nil
}
