package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

type bucketCORSModel struct {
	documentTimeouts
	ID     types.String    `tfsdk:"id"`
	Bucket types.String    `tfsdk:"bucket"`
	Rules  []corsRuleModel `tfsdk:"rules"`
}

type corsRuleModel struct {
	ID             types.String            `tfsdk:"id"`
	AllowedOrigins tftype.UnorderedStrings `tfsdk:"allowed_origins"`
	AllowedMethods tftype.UnorderedStrings `tfsdk:"allowed_methods"`
	AllowedHeaders tftype.UnorderedStrings `tfsdk:"allowed_headers"`
	ExposeHeaders  tftype.UnorderedStrings `tfsdk:"expose_headers"`
	MaxAgeSeconds  types.Int64             `tfsdk:"max_age_seconds"`
}

func (m bucketCORSModel) expand(ctx context.Context, diags *diag.Diagnostics) []s3types.CORSRule {
	var rules []s3types.CORSRule
	for _, r := range m.Rules {
		rules = append(rules, s3types.CORSRule{
			ID:             r.ID.ValueStringPointer(),
			AllowedOrigins: stringsOf(ctx, r.AllowedOrigins, diags),
			AllowedMethods: stringsOf(ctx, r.AllowedMethods, diags),
			AllowedHeaders: stringsOf(ctx, r.AllowedHeaders, diags),
			ExposeHeaders:  stringsOf(ctx, r.ExposeHeaders, diags),
			MaxAgeSeconds:  aws.Int32(int32(r.MaxAgeSeconds.ValueInt64())), //nolint:gosec // the schema bounds it
		})
	}
	return rules
}

func (m *bucketCORSModel) flatten(rules []s3types.CORSRule) {
	m.ID = m.Bucket
	m.Rules = nil
	for _, r := range rules {
		m.Rules = append(m.Rules, corsRuleModel{
			ID:             types.StringPointerValue(r.ID),
			AllowedOrigins: tftype.NewUnorderedStrings(r.AllowedOrigins),
			AllowedMethods: tftype.NewUnorderedStrings(r.AllowedMethods),
			AllowedHeaders: tftype.NewUnorderedStrings(r.AllowedHeaders),
			ExposeHeaders:  tftype.NewUnorderedStrings(r.ExposeHeaders),
			MaxAgeSeconds:  types.Int64Value(int64(aws.ToInt32(r.MaxAgeSeconds))),
		})
	}
}

// lostRules names the rules that are there and not planned, each by its id, or by
// its origins when it has none.
func lostRules(there, planned []s3types.CORSRule) []string {
	var lost []string
	for _, rule := range there {
		if slices.ContainsFunc(planned, func(p s3types.CORSRule) bool {
			return s3bucket.EqualCORS([]s3types.CORSRule{p}, []s3types.CORSRule{rule})
		}) {
			continue
		}
		name := aws.ToString(rule.ID)
		if name == "" {
			name = "the one for " + strings.Join(rule.AllowedOrigins, " ")
		}
		lost = append(lost, name)
	}
	return lost
}
