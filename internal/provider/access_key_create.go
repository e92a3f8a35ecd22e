package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// complete puts the secret of a new key where it belongs, encrypted if seal is not
// nil, and gives the key its status: IAM makes them active.
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

// takeBack deletes a key that was just made and could not be completed, and reports
// whether it did. A key that stays is kept in the state, with the error, so that the
// next apply deletes it.
func (r *accessKey) takeBack(ctx context.Context, key iamaccess.NewKey, failure error, diags *diag.Diagnostics) bool {
	const summary = "Could not complete the access key of the user %s"
	// Also when ctx was cancelled: that may be why it failed.
	err := r.iam.DeleteAccessKey(context.WithoutCancel(ctx), key.User, key.ID)
	if err == nil {
		diags.AddError(creationUndone.summary(summary, key.User), "The key "+key.ID+" has been deleted again: nothing is left behind, and the next apply begins anew.\n\n"+awsdiag.Detail(failure))
		return true
	}
	diags.AddError(creationIncomplete.summary(summary, key.User), "The key "+key.ID+" was made, and could not be deleted again. It is kept in the state, and the next apply deletes it and makes another.\n\n"+
		awsdiag.Detail(failure)+"\n\nWhy it could not be deleted: "+awsdiag.Detail(err))
	return false
}
