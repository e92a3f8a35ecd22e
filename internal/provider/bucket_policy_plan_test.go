package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// policyPlan is a plan of a bucket policy for one distribution.
type policyPlan struct {
	endpoint     string     // of S3, "" for AWS's own
	unconfigured bool       // the provider's settings are not known
	configured   types.Bool // deny_insecure_transport
	had          types.Bool // its value in the state; null when the policy is new
	drifted      bool       // the bucket's policy has lost the statement since
	unknownCDN   bool       // the planned distribution is not known
}

const aDistribution = "arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE"

func (c policyPlan) run(t *testing.T) (planned types.Bool, warnings []string) {
	t.Helper()
	var p *providerData
	if !c.unconfigured {
		clients, problems := awsclient.New(t.Context(), awsclient.Settings{
			Region: "us-east-1", AccessKey: "AKIDEXAMPLE", SecretKey: "secret", Endpoints: awsclient.Endpoints{S3: c.endpoint},
			SkipCredentialsValidation: true, SkipRequestingAccountID: true,
		})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p = newProviderData(clients, tagSettings{})
	}
	var diags diag.Diagnostics

	described := bucketPolicySchema(t.Context())
	described.Blocks = documentTimeoutsBlocks(t.Context())
	described.Attributes["id"] = idAttribute("")
	kind, ok := described.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("got a schema that is no object")
	}
	nothing := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		nothing[name] = tftypes.NewValue(attribute, nil)
	}
	values := func(transport types.Bool, unknownCDN bool) tftypes.Value {
		distributions := listOf([]string{aDistribution})
		if unknownCDN {
			distributions = types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()})
		}
		plan := tfsdk.Plan{Schema: described, Raw: tftypes.NewValue(kind, nothing)}
		for name, value := range map[string]attr.Value{
			"bucket": types.StringValue("videos"), "deny_insecure_transport": transport,
			"cloudfront_distribution_arns": distributions, "access_log_source_arns": listOf(nil),
			"inventory_source_arns": listOf(nil), "source_policy_documents": listOf(nil),
		} {
			diags.Append(plan.SetAttribute(t.Context(), path.Root(name), value)...)
		}
		return plan.Raw
	}
	plan := tfsdk.Plan{Schema: described, Raw: values(c.configured, c.unknownCDN)}
	if c.configured.IsNull() {
		plan.Raw = values(types.BoolUnknown(), c.unknownCDN) // as the framework does
	}
	state := tfsdk.State{Schema: described, Raw: tftypes.NewValue(kind, nil)}
	if !c.had.IsNull() {
		state.Raw = values(c.had, false)
		text, err := iampolicy.BucketPolicy{
			Partition: "aws", Bucket: "videos", DenyInsecureTransport: c.had.ValueBool() && !c.drifted, CloudFrontDistributionARNs: []string{aDistribution},
		}.JSON()
		if err != nil {
			t.Fatal(err)
		}
		diags.Append(state.SetAttribute(t.Context(), path.Root("policy"), text)...)
	}
	planBucketPolicy(t.Context(), p, documentChange{tfsdk.Config{Schema: described, Raw: values(c.configured, c.unknownCDN)}, state, &plan}, &diags)
	diags.Append(plan.GetAttribute(t.Context(), path.Root("deny_insecure_transport"), &planned)...)
	if diags.HasError() {
		t.Fatal(diags)
	}
	for _, warning := range diags.Warnings() {
		warnings = append(warnings, warning.Summary()+"\n"+warning.Detail())
	}
	return planned, warnings
}

// TestDenyInsecureTransportFollowsTheEndpoint plans policies at servers of all makes.
func TestDenyInsecureTransportFollowsTheEndpoint(t *testing.T) {
	const plain, proxied, vpce = "http://localhost:9000", "https://s3.example.com", "https://bucket.vpce-0a1b2c3d-4e5f.s3.us-east-1.vpce.amazonaws.com"
	yes, no, null, unknown := types.BoolValue(true), types.BoolValue(false), types.BoolNull(), types.BoolUnknown()
	const lockout, own = "The policy of the bucket videos may lock FOVEA out [policy-locks-out]", "The provider's own S3 endpoint begins with http://"
	for name, tt := range map[string]struct {
		plan policyPlan
		want types.Bool
		says []string // none when empty
	}{
		"new at AWS":                           {policyPlan{configured: null, had: null}, yes, nil},
		"new at an endpoint of a VPC":          {policyPlan{endpoint: vpce, configured: null, had: null}, yes, nil},
		"new at http://":                       {policyPlan{endpoint: plain, configured: null, had: null}, no, nil},
		"new at another https://":              {policyPlan{endpoint: proxied, configured: null, had: null}, no, nil},
		"new while the endpoint is unknown":    {policyPlan{unconfigured: true, configured: null, had: null}, unknown, nil},
		"new, unknown until apply":             {policyPlan{endpoint: plain, configured: unknown, had: null}, unknown, nil},
		"new at AWS, true":                     {policyPlan{configured: yes, had: null}, yes, nil},
		"new at AWS, false":                    {policyPlan{configured: no, had: null}, no, nil},
		"new at AWS without TLS":               {policyPlan{endpoint: "http://s3.us-east-1.amazonaws.com", configured: null, had: null}, yes, []string{lockout, own}},
		"new at http://, true":                 {policyPlan{endpoint: plain, configured: yes, had: null}, yes, []string{lockout, own, "Set deny_insecure_transport to false"}},
		"new at another https://, true":        {policyPlan{endpoint: proxied, configured: yes, had: null}, yes, []string{lockout, "FOVEA treats a denied listing as an empty bucket"}},
		"old, true at http://":                 {policyPlan{endpoint: plain, configured: null, had: yes}, yes, nil},
		"old, false at AWS":                    {policyPlan{configured: null, had: no}, no, nil},
		"old while the endpoint is unknown":    {policyPlan{unconfigured: true, configured: null, had: yes}, yes, nil},
		"old, false becomes true":              {policyPlan{endpoint: proxied, configured: yes, had: no}, yes, []string{lockout}},
		"old, true remains true":               {policyPlan{endpoint: proxied, configured: yes, had: yes}, yes, nil},
		"old, true becomes false":              {policyPlan{endpoint: proxied, configured: no, had: yes}, no, nil},
		"old, true, without the statement":     {policyPlan{endpoint: proxied, configured: null, had: yes, drifted: true}, yes, []string{lockout}},
		"old at AWS, without the statement":    {policyPlan{configured: null, had: yes, drifted: true}, yes, nil},
		"new, its distribution unknown":        {policyPlan{configured: null, had: null, unknownCDN: true}, yes, nil},
		"old, its distribution unknown":        {policyPlan{configured: null, had: yes, unknownCDN: true}, yes, []string{"others may no longer be able to read from the bucket videos [reading-lost]", aDistribution}},
		"old at AWS, false becomes true":       {policyPlan{configured: yes, had: no}, yes, nil},
		"old at http://, false stays as it is": {policyPlan{endpoint: plain, configured: null, had: no}, no, nil},
	} {
		t.Run(name, func(t *testing.T) {
			planned, warnings := tt.plan.run(t)
			if !planned.Equal(tt.want) {
				t.Errorf("got %s planned, want %s", planned, tt.want)
			}
			said := strings.Join(warnings, "\n")
			for _, want := range tt.says {
				if !strings.Contains(said, want) {
					t.Errorf("got the warnings %q, want %q in them", warnings, want)
				}
			}
			if tt.says == nil && len(warnings) > 0 {
				t.Errorf("got the warnings %q, want none", warnings)
			}
			if tt.plan.endpoint == proxied && strings.Contains(said, own) {
				t.Errorf("got the warnings %q, want nothing about an http:// endpoint", warnings)
			}
		})
	}
}
