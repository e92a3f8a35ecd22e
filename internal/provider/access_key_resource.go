package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
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
			},
			"rotation_triggers": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Any values, such as a date; a change of one makes another access key. With `create_before_destroy` the old one works until the new one is there.",
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
		resp.Diagnostics.AddAttributeError(path.Root("user"), accessKeyNotOfUser.summary("The access key %s is not one of the user %s", m.AccessKeyID.ValueString(), m.User.ValueString()),
			fmt.Sprintf("The access key %s is not one of %s: either that is another user than the one whom it was made for, or the key has been deleted. "+
				"Apply again, now that the user is there: the plan will make another key.", m.AccessKeyID.ValueString(), m.User.ValueString()))
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
