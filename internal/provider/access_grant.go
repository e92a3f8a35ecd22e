package provider

import (
	"context"
	"fmt"
	"slices"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
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
	Bucket            types.String            `tfsdk:"bucket"`
	AdditionalBuckets tftype.UnorderedStrings `tfsdk:"additional_buckets"`
	Access            types.String            `tfsdk:"access"`
	Prefixes          tftype.UnorderedStrings `tfsdk:"prefixes"`
	ManifestKey       types.String            `tfsdk:"manifest_key"`
	KMSKeyARNs        tftype.UnorderedStrings `tfsdk:"kms_key_arns"`
}

// addGrantAttributes adds the attributes of grantModel.
func addGrantAttributes(to map[string]schema.Attribute) {
	to["bucket"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the bucket to give access to.",
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketName())},
	}
	to["additional_buckets"] = unorderedStrings(schema.ListAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Names of further buckets to give the same access to, such as a backup to fail over to. `prefixes`, `manifest_key` and `kms_key_arns` apply to each bucket. Defaults to `[]`.",
		Default:             listdefault.StaticValue(listOf(nil)),
		PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.BucketName())},
	})
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
func (m *grantModel) plan(principal, partition string, limit int, diags *diag.Diagnostics) {
	if refuseTwinBuckets(principal, m.Bucket.ValueString(), knownStrings(m.AdditionalBuckets), diags) {
		return
	}
	if !m.known() {
		m.Policy = types.StringUnknown()
		return
	}
	grant := m.knownGrant(partition)
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
			fmt.Sprintf("It would have %d characters, and IAM allows %d for all inline policies together. Give fewer or shorter prefixes, KMS keys and additional buckets, or one prefix that several share.", size, limit))
	}
	m.setPolicy(text)
}

// knownGrant is the grant of what is known.
func (m *grantModel) knownGrant(partition string) iampolicy.Grant {
	return iampolicy.Grant{
		Partition:         partition,
		Bucket:            m.Bucket.ValueString(),
		AdditionalBuckets: knownStrings(m.AdditionalBuckets),
		Access:            iampolicy.Access(m.Access.ValueString()),
		Prefixes:          knownStrings(m.Prefixes),
		ManifestKey:       m.ManifestKey.ValueString(),
		KMSKeyARNs:        knownStrings(m.KMSKeyARNs),
	}
}

// certainPolicy is a policy for what a plan grants in any case, whatever its unknown values
// turn out to be. It is empty if that is nothing.
func (m *grantModel) certainPolicy(partition string) string {
	grant := m.knownGrant(partition)
	if grant.Bucket == "" && len(grant.AdditionalBuckets) > 0 {
		grant.Bucket = grant.AdditionalBuckets[0]
	}
	limited := len(m.Prefixes.Elements()) > 0 || m.Prefixes.IsUnknown()
	if grant.Bucket == "" || limited && len(grant.Prefixes) == 0 {
		return ""
	}
	document, err := grant.Policy() // fails if the access or the manifest's key is unknown
	if err != nil {
		return ""
	}
	text, err := document.JSON()
	if err != nil {
		return ""
	}
	return text
}

// refuseTwinBuckets refuses a bucket that is named twice, and reports whether it did.
func refuseTwinBuckets(principal, bucket string, additional []string, diags *diag.Diagnostics) bool {
	for i, name := range additional {
		twice := ""
		switch {
		case name == bucket:
			twice = "It is the bucket of the argument bucket, and additional_buckets names it too."
		case slices.Contains(additional[:i], name):
			twice = "additional_buckets names it twice."
		default:
			continue
		}
		diags.AddAttributeError(path.Root("additional_buckets"), accessInvalid.summary("The access of the %s: The bucket %s is named twice", principal, name), twice+" Remove it from additional_buckets.")
		return true
	}
	return false
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
	prefixes, keys, buckets := len(m.Prefixes.Elements()), len(m.KMSKeyARNs.Elements()), len(m.AdditionalBuckets.Elements())
	switch {
	case buckets > max(prefixes, keys):
		return path.Root("additional_buckets")
	case keys > prefixes:
		return path.Root("kms_key_arns")
	}
	return path.Root("prefixes")
}

func (m *grantModel) known() bool {
	for _, list := range []tftype.UnorderedStrings{m.AdditionalBuckets, m.Prefixes, m.KMSKeyARNs} {
		if list.IsUnknown() || len(knownStrings(list)) < len(list.Elements()) {
			return false
		}
	}
	return !m.Bucket.IsUnknown() && !m.Access.IsUnknown() && !m.ManifestKey.IsUnknown()
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

// refresh reads the inline policy. A state from before additional_buckets has null there,
// which means none.
func (m *grantModel) refresh(ctx context.Context, policies *iamaccess.Policies) error {
	if m.AdditionalBuckets.IsNull() {
		m.AdditionalBuckets = tftype.NewUnorderedStrings(nil)
	}
	return m.inlinePolicyModel.refresh(ctx, policies)
}

// recognize finds out, after an import or a move, which arguments have the inline
// policy that there is, and returns the names of the other inline policies. What
// it cannot find stays null, and so shows in the plan.
func (m *grantModel) recognize(ctx context.Context, policies *iamaccess.Policies) ([]string, error) {
	m.ManifestKey, m.AdditionalBuckets = types.StringValue(defaultManifestKey), tftype.NewUnorderedStrings(nil)
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
	m.AdditionalBuckets = tftype.NewUnorderedStrings(grant.AdditionalBuckets)
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
