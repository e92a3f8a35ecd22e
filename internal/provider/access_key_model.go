package provider

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

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
