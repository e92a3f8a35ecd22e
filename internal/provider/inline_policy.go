package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// inlinePolicyModel is the inline policy that a user or a role has from its
// resource.
type inlinePolicyModel struct {
	PolicyName types.String `tfsdk:"policy_name"`
	Policy     types.String `tfsdk:"policy"`
}

// addInlinePolicyAttributes adds the attributes of inlinePolicyModel.
func addInlinePolicyAttributes(to map[string]schema.Attribute, defaultName string) {
	to["policy_name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the inline policy. Renamed without interruption: the new one is written before the old one is deleted. The name of another inline policy is refused. Defaults to `" + defaultName + "`.",
		Default:             stringdefault.StaticString(defaultName),
		Validators:          []validator.String{tftype.IAMName(128)},
	}
	to["policy"] = schema.StringAttribute{Computed: true, MarkdownDescription: "The inline policy, as JSON."}
}

// setPolicy keeps the spelling of a policy that means the same.
func (m *inlinePolicyModel) setPolicy(document string) {
	if !iampolicy.Equivalent(document, m.Policy.ValueString()) {
		m.Policy = types.StringValue(document)
	}
}

// refresh reads the inline policy; a policy that is gone is null.
func (m *inlinePolicyModel) refresh(ctx context.Context, policies *iamaccess.Policies) error {
	document, err := policies.Get(ctx, m.PolicyName.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		m.Policy = types.StringNull()
	case err != nil:
		return err
	default:
		m.setPolicy(document)
	}
	return nil
}

// find looks, after an import or a move, for the inline policy to take over: the
// one that a move names, the one with the default name, the only one there is, or
// else the only one that is recognized. It returns the names of the others.
func (m *inlinePolicyModel) find(ctx context.Context, policies *iamaccess.Policies, defaultName string, recognized func(document string) bool) ([]string, error) {
	names, err := policies.List(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case !m.PolicyName.IsNull():
	case len(names) == 1:
		m.PolicyName = types.StringValue(names[0])
	case len(names) == 0, slices.Contains(names, defaultName):
		m.PolicyName = types.StringValue(defaultName)
	default:
		m.PolicyName = types.StringValue(defaultName)
		known, err := recognizable(ctx, policies, names, recognized)
		if err != nil {
			return nil, err
		}
		if len(known) == 1 {
			m.PolicyName = types.StringValue(known[0])
		}
	}
	others := slices.DeleteFunc(names, func(name string) bool { return name == m.PolicyName.ValueString() })
	return others, m.refresh(ctx, policies)
}

// recognizable names the policies whose text is recognized.
func recognizable(ctx context.Context, policies *iamaccess.Policies, names []string, recognized func(document string) bool) ([]string, error) {
	var known []string
	for _, name := range names {
		document, err := policies.Get(ctx, name)
		if err != nil && !errors.Is(err, iamaccess.ErrAbsent) {
			return nil, err
		}
		if err == nil && recognized(document) {
			known = append(known, name)
		}
	}
	return known, nil
}

// warnOfOtherPolicies tells, after an import or a move, of inline policies that
// were not taken over.
func warnOfOtherPolicies(kind, name string, others []string, diags *diag.Diagnostics) {
	if len(others) == 0 {
		return
	}
	diags.AddWarning(policiesUnmanaged.summary("The %s %s has other inline policies", kind, name),
		fmt.Sprintf("Its resource has one inline policy, and leaves these alone: %s. They still grant access, and the %s cannot be deleted while they exist. "+
			"Remove them if the resource grants the same, or keep managing them as aws_iam_%s_policy.", strings.Join(others, ", "), kind, kind))
}

// warnOfMissingBucket tells, after an import, that no policy says which bucket a user
// or a role is for, so that a generated configuration lacks a required argument.
func warnOfMissingBucket(kind, name, argument string, diags *diag.Diagnostics) {
	diags.AddWarning(importIncomplete.summary("The bucket of the %s %s is not known", kind, name),
		fmt.Sprintf("No inline policy of the %[1]s names one, so the required argument %[2]s is null in the state. Set %[2]s in the configuration; if Terraform generated it, replace the null there.", kind, argument))
}

// planRename checks that both policies fit while the policy is renamed: the new
// one is written before the old one is deleted.
func (m *inlinePolicyModel) planRename(principal string, before inlinePolicyModel, limit int, diags *diag.Diagnostics) {
	if before.PolicyName.IsNull() || m.PolicyName.IsUnknown() || m.Policy.IsUnknown() || m.PolicyName.Equal(before.PolicyName) {
		return
	}
	if size := visible(before.Policy.ValueString()) + visible(m.Policy.ValueString()); size > limit {
		diags.AddAttributeError(path.Root("policy_name"), policyTooLong.summary("The policy of the %s is too long to be renamed", principal),
			fmt.Sprintf("The policy is written under its new name before it is deleted under the old one, so that access never lapses. "+
				"Together they would have %d characters, and IAM allows %d. Keep the name %q, or shorten the policy in an apply of its own first.",
				size, limit, before.PolicyName.ValueString()))
	}
}

// overwrites reports whether the inline policy would be written over another one that
// has its name already and says something else. before is the policy so far, whose name
// is null after a move that was not refreshed.
func (m *inlinePolicyModel) overwrites(ctx context.Context, policies *iamaccess.Policies, before inlinePolicyModel) (bool, error) {
	from, name := before.PolicyName.ValueString(), m.PolicyName.ValueString()
	if m.PolicyName.IsUnknown() || from == name {
		return false, nil
	}
	found, err := policies.Get(ctx, name)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		return false, nil
	case err != nil:
		return false, err
	case !m.Policy.IsUnknown() && iampolicy.Equivalent(found, m.Policy.ValueString()):
		return false, nil
	case !strings.EqualFold(from, name):
		return true, nil
	}
	names, err := policies.List(ctx) // a server may take both names for one
	return slices.Contains(names, name), err
}

// warnOfOverwrite tells, in a plan, of an inline policy that has the new name already.
func (m *inlinePolicyModel) warnOfOverwrite(ctx context.Context, policies *iamaccess.Policies, principal string, before inlinePolicyModel, diags *diag.Diagnostics) {
	if overwrites, err := m.overwrites(ctx, policies, before); err != nil || !overwrites {
		return
	}
	diags.AddAttributeWarning(path.Root("policy_name"), m.existsAlready(principal), "The apply will refuse to overwrite it. "+m.otherName(before))
}

// refuseOverwrite is the check before the first write, and reports whether the policy may
// be written.
func (m *inlinePolicyModel) refuseOverwrite(ctx context.Context, policies *iamaccess.Policies, principal string, before inlinePolicyModel, diags *diag.Diagnostics) bool {
	overwrites, err := m.overwrites(ctx, policies, before)
	switch {
	case err != nil:
		awsdiag.AddAttribute(diags, path.Root("policy_name"), "read the inline policy "+m.PolicyName.ValueString()+" of the", principal, err)
	case overwrites:
		diags.AddAttributeError(path.Root("policy_name"), m.existsAlready(principal), "It differs from the planned one, and was left as it is. Nothing was changed. "+m.otherName(before))
	}
	return err == nil && !overwrites
}

func (m *inlinePolicyModel) existsAlready(principal string) string {
	return inlinePolicyExists.summary("The %s has another inline policy %s", principal, m.PolicyName.ValueString())
}

func (m *inlinePolicyModel) otherName(before inlinePolicyModel) string {
	if before.PolicyName.IsNull() { // moved, and not refreshed
		return "Plan without -refresh=false, which shows what changes."
	}
	return fmt.Sprintf("Choose another policy_name, or keep %q. If nothing needs the other policy, delete it first.", before.PolicyName.ValueString())
}

// put writes the inline policy where it differs from the one before, nil for none. The
// name of that one is not known after a move that was not refreshed. Under another name
// the policy is written first, and then deleted under the old one, so that no read is
// denied in between.
func (m *inlinePolicyModel) put(ctx context.Context, policies *iamaccess.Policies, before *inlinePolicyModel) error {
	name, document := m.PolicyName.ValueString(), m.Policy.ValueString()
	switch {
	case before == nil, before.PolicyName.IsNull(), before.PolicyName.Equal(m.PolicyName) && !before.Policy.Equal(m.Policy):
		return policies.Put(ctx, name, document)
	case !before.PolicyName.Equal(m.PolicyName):
		return policies.Rename(ctx, before.PolicyName.ValueString(), name, document)
	}
	return nil
}
