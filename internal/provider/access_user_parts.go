package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// discard removes a user that was just made and did not get its policy, and
// reports whether it did. A user that stays is kept in the state.
func (r *accessUser) discard(ctx context.Context, m accessUserModel, failure error, diags *diag.Diagnostics) bool {
	name := m.Name.ValueString()
	const summary = "Could not write the policy of the new user %s"
	err := r.iam.DiscardUser(ctx, name, m.PolicyName.ValueString())
	if err == nil {
		diags.AddError(creationUndone.summary(summary, name), "The user has been removed again: nothing is left behind, and the next apply begins anew.\n\n"+awsdiag.Detail(failure))
		return true
	}
	diags.AddError(creationIncomplete.summary(summary, name), "The user was made, and could not be removed again. It is kept in the state, and the next apply makes it anew.\n\n"+
		awsdiag.Detail(failure)+"\n\nWhy it could not be removed: "+awsdiag.Detail(err))
	return false
}

// refresh reads user and policy at the same time.
func (r *accessUser) refresh(ctx context.Context, m *accessUserModel, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	imported := m.Path.IsNull()
	moved := !m.ARN.IsNull() || !m.PolicyName.IsNull()
	var (
		reads  errgroup.Group
		user   iamaccess.User
		others []string
	)
	reads.Go(func() (err error) {
		user, err = r.iam.User(ctx, name)
		return err
	})
	reads.Go(func() (err error) {
		if imported {
			others, err = m.recognize(ctx, r.iam.UserPolicies(name))
			return err
		}
		return m.inlinePolicyModel.refresh(ctx, r.iam.UserPolicies(name))
	})
	if err := reads.Wait(); err != nil {
		return err
	}
	if m.ForceDestroy.IsNull() { // an import does not know it, a move does
		m.ForceDestroy = types.BoolValue(false)
	}
	if imported && !moved {
		m.guessBucket("user", name, diags)
	}
	warnOfOtherPolicies("user", name, others, diags)
	m.flatten(user)
	m.Tags, m.TagsAll = r.tags.flatten(user.Tags, m.Tags, stringMapOf(ctx, m.Tags, diags))
	return nil
}

// change brings a user from one state to another, and returns what it is like
// then: as before when it failed, since the next read finds out what was done. It
// would not find a user that has another name. The policy comes before the name:
// whoever reads with its keys keeps reading.
func (r *accessUser) change(ctx context.Context, m, before accessUserModel, diags *diag.Diagnostics) (accessUserModel, error) {
	name := before.Name.ValueString()
	if err := m.put(ctx, r.iam.UserPolicies(name), &before.inlinePolicyModel); err != nil {
		return before, err
	}
	if !m.PermissionsBoundary.Equal(before.PermissionsBoundary) {
		if err := r.iam.SetUserBoundary(ctx, name, m.PermissionsBoundary.ValueString()); err != nil {
			return before, err
		}
	}
	tags := r.tags.with(stringMapOf(ctx, m.Tags, diags))
	if err := r.iam.UpdateUserTags(ctx, name, stringMapOf(ctx, before.TagsAll, diags), tags); err != nil {
		return before, err
	}
	m.TagsAll = mapOf(tags)
	if m.Name.Equal(before.Name) && m.Path.Equal(before.Path) {
		return m, nil
	}
	user, err := r.iam.UpdateUser(ctx, name, m.Name.ValueString(), m.Path.ValueString())
	switch {
	case err == nil:
		m.flatten(user)
	case user.Name == "":
		return before, err
	default: // done, but not to be seen
		m.ARN = before.ARN
	}
	return m, err
}
