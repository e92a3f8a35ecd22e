package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

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
