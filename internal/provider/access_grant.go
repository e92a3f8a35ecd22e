package provider

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// defaultPolicyName is the guide's.
const defaultPolicyName = "FOVEAVideoAccess"

// grantModel is what users and roles have in common: what they may do with a
// bucket, and the inline policy that says so.
type grantModel struct {
	Bucket      types.String            `tfsdk:"bucket"`
	Access      types.String            `tfsdk:"access"`
	Prefixes    tftype.UnorderedStrings `tfsdk:"prefixes"`
	ManifestKey types.String            `tfsdk:"manifest_key"`
	KMSKeyARNs  tftype.UnorderedStrings `tfsdk:"kms_key_arns"`
	PolicyName  types.String            `tfsdk:"policy_name"`
	Policy      types.String            `tfsdk:"policy"`
}

// addGrantAttributes adds the attributes of grantModel.
func addGrantAttributes(to map[string]schema.Attribute) {
	to["bucket"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the bucket to give access to.",
		Validators:          []validator.String{tftype.BucketName()},
	}
	to["access"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "`read` lists the bucket and gets objects, which is all that FOVEA needs; `upload` puts objects as well; `manifest` lists the bucket, and reads and writes the manifest alone. Default: `read`.",
		Default:             stringdefault.StaticString(string(iampolicy.Read)),
		Validators:          []validator.String{accessProfile()},
	}
	to["prefixes"] = unorderedStrings(schema.ListAttribute{
		Optional:            true,
		MarkdownDescription: "Keep the access to keys that begin with one of these. Default: the whole bucket. FOVEA itself lists the whole bucket, and takes a listing that is denied for an empty one: leave this out for the user that it runs as.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1), tftype.KeyPrefix())},
	})
	to["manifest_key"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Key of the manifest, with `access = \"manifest\"`. Default: `manifest.json`.",
		Default:             stringdefault.StaticString(defaultManifestKey),
		Validators:          []validator.String{tftype.ObjectKey()},
	}
	to["kms_key_arns"] = unorderedStrings(schema.ListAttribute{
		Optional:            true,
		MarkdownDescription: "KMS keys that encrypt the bucket's objects, which may be used to read them, or to write them with `upload` and `manifest`.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(tftype.ARN("kms", ""))},
	})
	to["policy_name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the inline policy. Default: `" + defaultPolicyName + "`.",
		Default:             stringdefault.StaticString(defaultPolicyName),
		Validators:          []validator.String{tftype.IAMName(128)},
	}
	to["policy"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "The inline policy, as JSON.",
	}
}

func accessProfile() validator.String {
	var names []string
	for _, a := range iampolicy.Accesses() {
		names = append(names, string(a))
	}
	return stringvalidator.OneOf(names...)
}

// plan works out the policy, and checks that it fits; limit is in characters.
func (m *grantModel) plan(ctx context.Context, partition string, limit int, diags *diag.Diagnostics) {
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
	document, err := grant.Policy()
	if err != nil {
		diags.AddAttributeError(path.Root("access"), "Invalid access", err.Error())
		return
	}
	text, err := document.JSON()
	if err != nil {
		diags.AddAttributeError(path.Root("policy"), "The policy cannot be encoded", err.Error())
		return
	}
	if size := visible(text); size > limit {
		diags.AddAttributeError(path.Root("prefixes"), "The policy is too large",
			"It would have "+strconv.Itoa(size)+" characters, and IAM allows "+strconv.Itoa(limit)+" for all inline policies together. Give fewer or shorter prefixes, or a prefix that they share.")
	}
	// A policy that means the same stays as it is, whatever its spelling.
	if !iampolicy.Equivalent(text, m.Policy.ValueString()) {
		m.Policy = types.StringValue(text)
	}
}

func (m *grantModel) known() bool {
	for _, unknown := range []bool{m.Bucket.IsUnknown(), m.Access.IsUnknown(), m.Prefixes.IsUnknown(), m.ManifestKey.IsUnknown(), m.KMSKeyARNs.IsUnknown()} {
		if unknown {
			return false
		}
	}
	return len(knownStrings(m.Prefixes)) == len(m.Prefixes.Elements()) && len(knownStrings(m.KMSKeyARNs)) == len(m.KMSKeyARNs.Elements())
}

// refresh reads the inline policy; a policy that is gone is null.
func (m *grantModel) refresh(ctx context.Context, policies *iamaccess.Policies) error {
	document, err := policies.Get(ctx, m.PolicyName.ValueString())
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		m.Policy = types.StringNull()
	case err != nil:
		return err
	case !iampolicy.Equivalent(document, m.Policy.ValueString()):
		m.Policy = types.StringValue(document)
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
