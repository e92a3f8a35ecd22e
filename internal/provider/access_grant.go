package provider

import (
	"context"
	"fmt"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
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
// bucket, and the inline policy that grants it.
type grantModel struct {
	inlinePolicyModel
	Bucket      types.String            `tfsdk:"bucket"`
	Access      types.String            `tfsdk:"access"`
	Prefixes    tftype.UnorderedStrings `tfsdk:"prefixes"`
	ManifestKey types.String            `tfsdk:"manifest_key"`
	KMSKeyARNs  tftype.UnorderedStrings `tfsdk:"kms_key_arns"`
}

// addGrantAttributes adds the attributes of grantModel.
func addGrantAttributes(to map[string]schema.Attribute) {
	to["bucket"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the bucket to give access to.",
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketName())},
	}
	to["access"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "`read` lists the bucket and gets objects, which is all that FOVEA needs; `upload` puts objects as well; `manifest` lists the bucket and its unfinished uploads, and reads and writes the manifest alone. Defaults to `read`.",
		Default:             stringdefault.StaticString(string(iampolicy.Read)),
		Validators:          []validator.String{accessProfile()},
	}
	to["prefixes"] = unorderedStrings(schema.ListAttribute{
		Optional:            true,
		MarkdownDescription: "Limit the access to keys that begin with one of these. Defaults to the whole bucket. FOVEA itself lists the whole bucket, and if a listing is denied, it treats the bucket as empty: leave this out for the user that FOVEA runs as.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.SomeKeyPrefix(), tftype.NoPattern())},
	})
	to["manifest_key"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Key of the manifest, with `access = \"manifest\"`. Defaults to `manifest.json`.",
		Default:             stringdefault.StaticString(defaultManifestKey),
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ObjectKey(), tftype.NoPattern())},
	}
	to["kms_key_arns"] = unorderedStrings(schema.ListAttribute{
		Optional:            true,
		MarkdownDescription: "ARNs of the KMS keys that encrypt the bucket's objects. They may be used to read objects, and with `upload` and `manifest` also to write them.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(kmsKeyUnusable.validator(tftype.KMSKeyARN()))},
	})
	addInlinePolicyAttributes(to, defaultPolicyName)
}

func accessProfile(more ...iampolicy.Access) validator.String {
	var names []string
	for _, a := range append(iampolicy.Accesses(), more...) {
		names = append(names, string(a))
	}
	return stringvalidator.OneOf(names...)
}

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

// recognize finds out, after an import or a move, which arguments have the inline
// policy that there is, and returns the names of the other inline policies. What
// it cannot find stays null, and so shows in the plan.
func (m *grantModel) recognize(ctx context.Context, policies *iamaccess.Policies) ([]string, error) {
	m.ManifestKey = types.StringValue(defaultManifestKey)
	others, err := m.find(ctx, policies, defaultPolicyName, func(document string) bool {
		_, ok := iampolicy.Recognize(document)
		return ok
	})
	if err != nil {
		return nil, err
	}
	grant, ok := iampolicy.Recognize(m.Policy.ValueString())
	if !ok {
		return others, nil
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
	return others, nil
}

// guessBucket takes over the first bucket that an imported policy mentions, if no
// grant has that policy: a generated configuration without one would have no plan.
func (m *grantModel) guessBucket(kind, name string, diags *diag.Diagnostics) {
	if !m.Bucket.IsNull() {
		return
	}
	buckets := iampolicy.BucketARNs(m.Policy.ValueString())
	if len(buckets) == 0 {
		warnOfMissingBucket(kind, name, "bucket", diags)
		return
	}
	m.Bucket = types.StringValue(bucketOfARN(buckets[0]))
}
