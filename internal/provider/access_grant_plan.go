package provider

import (
	"context"
	"fmt"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// plan works out the policy of a principal, such as "user fovea", and checks that it
// fits; limit is in characters.
func (m *grantModel) plan(ctx context.Context, principal, partition string, limit int, diags *diag.Diagnostics) {
	if !m.known() {
		m.Policy = types.StringUnknown()
		return
	}
	grant := iampolicy.Grant{
		Partition:   partition,
		Bucket:      m.Bucket.ValueString(),
		Access:      iampolicy.Access(m.Access.ValueString()),
		Prefixes:    stringsOf(ctx, m.Prefixes, diags),
		ManifestKey: m.ManifestKey.ValueString(),
		KMSKeyARNs:  stringsOf(ctx, m.KMSKeyARNs, diags),
	}
	if refuseIdlePrefixes(principal, grant, diags) {
		return
	}
	document, err := grant.Policy()
	if err != nil {
		diags.AddAttributeError(path.Root("access"), accessInvalid.summary("The access of the %s: Invalid access", principal), err.Error())
		return
	}
	text, err := document.JSON()
	if err != nil {
		diags.AddAttributeError(path.Root("policy"), policyInvalid.summary("The policy of the %s cannot be encoded", principal), err.Error())
		return
	}
	if size := visible(text); size > limit {
		diags.AddAttributeError(m.lengthens(), policyTooLong.summary("The policy of the %s is too long", principal),
			fmt.Sprintf("It would have %d characters, and IAM allows %d for all inline policies together. Give fewer or shorter prefixes and KMS keys, or one prefix that several share.", size, limit))
	}
	m.setPolicy(text)
}

// refuseIdlePrefixes refuses prefixes that the access has no use for, and reports
// whether it did.
func refuseIdlePrefixes(principal string, grant iampolicy.Grant, diags *diag.Diagnostics) bool {
	idle := grant.Access == iampolicy.Manifest && len(grant.Prefixes) > 0
	if idle {
		diags.AddAttributeError(path.Root("prefixes"), accessInvalid.summary("The access of the %s: Prefixes without effect", principal),
			"access = \"manifest\" is for the manifest's key alone, and lists the whole bucket. Leave prefixes out.")
	}
	return idle
}

// lengthens is the attribute that makes the policy long.
func (m *grantModel) lengthens() path.Path {
	if len(m.Prefixes.Elements()) < len(m.KMSKeyARNs.Elements()) {
		return path.Root("kms_key_arns")
	}
	return path.Root("prefixes")
}

func (m *grantModel) known() bool {
	for _, unknown := range []bool{m.Bucket.IsUnknown(), m.Access.IsUnknown(), m.Prefixes.IsUnknown(), m.ManifestKey.IsUnknown(), m.KMSKeyARNs.IsUnknown()} {
		if unknown {
			return false
		}
	}
	return len(knownStrings(m.Prefixes)) == len(m.Prefixes.Elements()) && len(knownStrings(m.KMSKeyARNs)) == len(m.KMSKeyARNs.Elements())
}

// visible counts the characters that IAM counts.
func visible(document string) int {
	n := 0
	for _, c := range document {
		if !unicode.IsSpace(c) {
			n++
		}
	}
	return n
}
