package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// refresh reads the role's parts at the same time.
func (r *accessRole) refresh(ctx context.Context, m *accessRoleModel, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	imported := m.imported()
	moved := !m.ARN.IsNull() || !m.PolicyName.IsNull()
	var (
		reads  errgroup.Group
		role   iamaccess.Role
		others []string
	)
	reads.Go(func() (err error) {
		role, err = r.iam.Role(ctx, name)
		return err
	})
	reads.Go(func() (err error) {
		if imported {
			others, err = m.recognize(ctx, r.iam.RolePolicies(name))
			return err
		}
		return m.grantModel.refresh(ctx, r.iam.RolePolicies(name))
	})
	reads.Go(func() error {
		if imported {
			return r.findProfile(ctx, m)
		}
		return r.refreshProfile(ctx, m)
	})
	if err := reads.Wait(); err != nil {
		return err
	}
	m.flatten(role)
	if imported {
		m.recognizeTrust()
	}
	if imported && !moved {
		m.guessBucket("role", name, diags)
	}
	warnOfOtherPolicies("role", name, others, diags)
	m.Tags, m.TagsAll = r.tags.ofIAM().flatten(role.Tags, m.Tags, stringMapOf(ctx, m.Tags, diags))
	return nil
}

// findProfile takes over the profile that a move names, or else the one that holds
// an imported role, if there is exactly one.
func (r *accessRole) findProfile(ctx context.Context, m *accessRoleModel) error {
	if !m.InstanceProfileName.IsNull() {
		return r.refreshProfile(ctx, m)
	}
	names, err := r.iam.RoleProfiles(ctx, m.Name.ValueString())
	if err != nil || len(names) != 1 {
		return err
	}
	m.InstanceProfileName = types.StringValue(names[0])
	return r.refreshProfile(ctx, m)
}

// refreshProfile leaves the ARN null for a profile that is gone or has lost the
// role: the plan then shows it as known after apply.
func (r *accessRole) refreshProfile(ctx context.Context, m *accessRoleModel) error {
	if m.InstanceProfileName.IsNull() {
		return nil
	}
	m.InstanceProfileARN = types.StringNull()
	profile, err := r.iam.InstanceProfile(ctx, m.InstanceProfileName.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		return nil
	case err != nil:
		return err
	case profile.Role == m.Name.ValueString():
		m.InstanceProfileARN = types.StringValue(profile.ARN)
	}
	return nil
}

// change brings a role from one state to another, in place. After a failure, before has
// what is done that the next read would not find. The policy comes first, so that FOVEA
// goes on reading with the role. An instance profile that was found, and that no
// configuration has named, stays.
func (r *accessRole) change(ctx context.Context, m, before *accessRoleModel, found bool, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	if err := m.put(ctx, r.iam.RolePolicies(name), &before.inlinePolicyModel); err != nil {
		return err
	}
	before.inlinePolicyModel = m.inlinePolicyModel
	if !m.MaxSessionDuration.Equal(before.MaxSessionDuration) {
		if err := r.iam.SetMaxSession(ctx, name, m.maxSession()); err != nil {
			return err
		}
	}
	if err := r.changeRole(ctx, &m.roleModel, before.roleModel, diags); err != nil {
		return err
	}
	if err := r.changeProfile(ctx, m, *before, diags); err != nil {
		return err
	}
	if found || before.InstanceProfileName.IsNull() || m.InstanceProfileName.Equal(before.InstanceProfileName) {
		return nil
	}
	return r.iam.DeleteInstanceProfile(ctx, before.InstanceProfileName.ValueString(), m.Name.ValueString())
}

// changeProfile creates the instance profile that is configured; the previous one is
// removed later.
func (r *accessRole) changeProfile(ctx context.Context, m *accessRoleModel, before accessRoleModel, diags *diag.Diagnostics) error {
	same := m.InstanceProfileName.Equal(before.InstanceProfileName)
	tags := stringMapOf(ctx, m.TagsAll, diags)
	switch {
	case m.InstanceProfileName.IsNull():
		m.InstanceProfileARN = types.StringNull()
	case !same || before.InstanceProfileARN.IsNull():
		return r.putProfile(ctx, m, same, tags)
	default:
		return r.iam.UpdateInstanceProfileTags(ctx, m.InstanceProfileName.ValueString(), stringMapOf(ctx, before.TagsAll, diags), tags)
	}
	return nil
}

// putProfile puts the role into its profile. One that exists is taken over when this
// resource had it before, or when it holds the role already, since an apply that failed
// may have left it; otherwise its name is taken.
func (r *accessRole) putProfile(ctx context.Context, m *accessRoleModel, ours bool, tags map[string]string) error {
	role := m.Name.ValueString()
	profile, err := r.iam.InstanceProfile(ctx, m.InstanceProfileName.ValueString())
	switch {
	case err == nil && (ours || profile.Role == role):
		m.InstanceProfileARN = types.StringValue(profile.ARN)
		return r.iam.SetInstanceProfileRole(ctx, profile, role)
	case err != nil && !errors.Is(err, iamaccess.ErrAbsent):
		return err
	}
	return r.makeProfile(ctx, m, tags)
}

// makeProfile creates the instance profile of a role, if one is configured.
func (r *accessRole) makeProfile(ctx context.Context, m *accessRoleModel, tags map[string]string) error {
	if m.InstanceProfileName.IsNull() {
		m.InstanceProfileARN = types.StringNull()
		return nil
	}
	profile, err := r.iam.CreateInstanceProfile(ctx, iamaccess.InstanceProfileInput{
		Name: m.InstanceProfileName.ValueString(), Path: m.Path.ValueString(), Role: m.Name.ValueString(), Tags: tags,
	})
	m.InstanceProfileARN = optionalString(profile.ARN)
	return err
}

// foundProfileKey is where the private state keeps that an import or a move has found the
// instance profile, and that no configuration has named it yet. Instances may be using it,
// so leaving it out of the configuration does not delete it.
const foundProfileKey = "found_instance_profile"

func rememberFoundProfile(ctx context.Context, in private, found bool, diags *diag.Diagnostics) {
	var value any
	if found {
		value = true
	}
	keepPrivate(ctx, in, foundProfileKey, value, diags)
}

func foundProfile(ctx context.Context, in private, diags *diag.Diagnostics) bool {
	return keptPrivate(ctx, in, foundProfileKey, diags)
}

// warnOfProfileLeft says that a profile which was found stays, and is not managed by this
// resource.
func (m *accessRoleModel) warnOfProfileLeft(before accessRoleModel, diags *diag.Diagnostics) {
	if before.InstanceProfileName.IsNull() || m.InstanceProfileName.IsUnknown() || m.InstanceProfileName.Equal(before.InstanceProfileName) {
		return
	}
	profile := before.InstanceProfileName.ValueString()
	diags.AddAttributeWarning(path.Root("instance_profile_name"), instanceProfileLeft.summary("The instance profile %s is left alone", profile),
		fmt.Sprintf("It was found when the role %s was imported or moved, and instances may be using it. It is not configured, so it keeps the role without being managed here, and the role cannot be deleted while it exists. "+
			"To manage it here, set instance_profile_name to %q.", m.Name.ValueString(), profile))
}
