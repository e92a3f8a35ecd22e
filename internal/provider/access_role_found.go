package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// foundProfileKey is where the private state keeps that an import or a move found
// the instance profile, which the configuration has not confirmed yet. Instances
// may be using it: it is not deleted for being left out there.
const foundProfileKey = "found_instance_profile"

func rememberFoundProfile(ctx context.Context, in private, found bool, diags *diag.Diagnostics) {
	var text []byte // none removes it
	if found {
		text = []byte("true")
	}
	diags.Append(in.SetKey(ctx, foundProfileKey, text)...)
}

func foundProfile(ctx context.Context, in private, diags *diag.Diagnostics) bool {
	text, problems := in.GetKey(ctx, foundProfileKey)
	diags.Append(problems...)
	return len(text) > 0
}

// warnOfProfileLeft tells that a profile which was found stays, and outside of this
// resource.
func (m *accessRoleModel) warnOfProfileLeft(before accessRoleModel, diags *diag.Diagnostics) {
	if before.InstanceProfileName.IsNull() || m.InstanceProfileName.IsUnknown() || m.InstanceProfileName.Equal(before.InstanceProfileName) {
		return
	}
	profile := before.InstanceProfileName.ValueString()
	diags.AddAttributeWarning(path.Root("instance_profile_name"), instanceProfileLeft.summary("The instance profile %s is left alone", profile),
		fmt.Sprintf("It was found when the role %s was taken over, and instances may be using it. It is not configured here, so it goes on holding the role without being managed here, and keeps the role from being deleted. "+
			"To manage it here, set instance_profile_name to %q.", m.Name.ValueString(), profile))
}
