package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// refresh reads the inline policy; a policy that is gone is null.
func (m *grantModel) refresh(ctx context.Context, policies *iamaccess.Policies) error {
	return refreshPolicy(ctx, policies, m.PolicyName.ValueString(), &m.Policy)
}

// refreshPolicy reads an inline policy. One that means the same keeps its spelling,
// and one that is gone is null.
func refreshPolicy(ctx context.Context, policies *iamaccess.Policies, name string, policy *types.String) error {
	document, err := policies.Get(ctx, name)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		*policy = types.StringNull()
	case err != nil:
		return err
	case !iampolicy.Equivalent(document, policy.ValueString()):
		*policy = types.StringValue(document)
	}
	return nil
}

// recognize finds out, after an import, which arguments have the inline policy
// that there is. What it cannot find stays null, and so shows in the plan.
func (m *grantModel) recognize(ctx context.Context, policies *iamaccess.Policies) error {
	names, err := policies.List(ctx)
	if err != nil {
		return err
	}
	m.PolicyName, m.ManifestKey = types.StringValue(defaultPolicyName), types.StringValue(defaultManifestKey)
	if len(names) == 1 && !slices.Contains(names, defaultPolicyName) {
		m.PolicyName = types.StringValue(names[0])
	}
	if err := m.refresh(ctx, policies); err != nil {
		return err
	}
	grant, ok := iampolicy.Recognize(m.Policy.ValueString())
	if !ok {
		return nil
	}
	m.Bucket, m.Access = types.StringValue(grant.Bucket), types.StringValue(string(grant.Access))
	if grant.ManifestKey != "" {
		m.ManifestKey = types.StringValue(grant.ManifestKey)
	}
	if len(grant.Prefixes) > 0 {
		m.Prefixes = tftype.NewUnorderedStrings(grant.Prefixes)
	}
	if len(grant.KMSKeyARNs) > 0 {
		m.KMSKeyARNs = tftype.NewUnorderedStrings(grant.KMSKeyARNs)
	}
	return nil
}

// put writes the inline policy where it differs from the one before, nil for none.
// Under another name it is written first and deleted under the old one then, so
// that no read is denied in between.
func (m *grantModel) put(ctx context.Context, policies *iamaccess.Policies, before *grantModel) error {
	name, document := m.PolicyName.ValueString(), m.Policy.ValueString()
	switch {
	case before == nil, before.PolicyName.Equal(m.PolicyName) && !before.Policy.Equal(m.Policy):
		return policies.Put(ctx, name, document)
	case !before.PolicyName.Equal(m.PolicyName):
		return policies.Rename(ctx, before.PolicyName.ValueString(), name, document)
	}
	return nil
}
