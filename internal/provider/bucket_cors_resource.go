package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// corsRules are in the order in which S3 tries them.
type corsRules = []s3types.CORSRule

func newBucketCORS() resource.Resource {
	return &bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules]{
		typeName: "fovea_bucket_cors",
		document: s3bucket.CORS,
		awsType:  "aws_s3_bucket_cors_configuration",
		schema:   bucketCORSSchema,
		plan:     planBucketCORS,
		planDestroy: func(ctx context.Context, _ *providerData, state tfsdk.State, diags *diag.Diagnostics) {
			warnOfLostOrigins(ctx, state, corsReaders{}, diags)
		},
	}
}

func bucketCORSSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The CORS rules of a bucket, which let the app in a browser read videos from S3 through presigned URLs. " +
			"It owns all rules of the bucket: a rule that is not configured here is shown as a removal and then removed.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"rules": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "The rules, at most 100, in a document of 64 KiB at most. The first that matches a request applies.",
				Validators:          []validator.List{listvalidator.SizeBetween(1, 100), listvalidator.NoNullValues()},
				PlanModifiers:       []planmodifier.List{tftype.RefuseNewList(corsRulesTogether{})},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"allowed_origins": unorderedStrings(schema.ListAttribute{
						Required:            true,
						MarkdownDescription: "Origins of the app, such as `https://fovea.example.com`, without a path or a slash at the end. At most one `*` each.",
						Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.Origin())},
					}),
					"allowed_methods": unorderedStrings(schema.ListAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Methods, of `GET`, `HEAD`, `PUT`, `POST` and `DELETE`. Defaults to `GET` and `HEAD`.",
						Default:             listdefault.StaticValue(listOf([]string{"GET", "HEAD"})),
						Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.CORSMethod())},
					}),
					"allowed_headers": unorderedStrings(schema.ListAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Request headers that a preflight may ask for, at most one `*` each. Defaults to all.",
						Default:             listdefault.StaticValue(listOf([]string{"*"})),
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.CORSHeader())},
					}),
					"expose_headers": unorderedStrings(schema.ListAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Response headers that scripts may read. Defaults to `ETag`, `Content-Length`, `Content-Range` and `Accept-Ranges`, which players need to seek.",
						Default:             listdefault.StaticValue(listOf([]string{"ETag", "Content-Length", "Content-Range", "Accept-Ranges"})),
						PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.HeaderName())},
					}),
					"max_age_seconds": schema.Int64Attribute{
						Optional: true, Computed: true,
						MarkdownDescription: "How long browsers may remember the answer to a preflight, in seconds. Defaults to 3600.",
						Default:             int64default.StaticInt64(3600),
						PlanModifiers:       []planmodifier.Int64{tftype.RefuseNewNumber(tftype.Seconds())},
					},
					"id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Name of the rule, at most 255 characters.",
						Validators:          []validator.String{stringvalidator.LengthBetween(1, 255)},
					},
				}},
			},
		},
	}
}

type bucketCORSModel struct {
	documentFields
	Rules []corsRuleModel `tfsdk:"rules"`
}

type corsRuleModel struct {
	ID             types.String            `tfsdk:"id"`
	AllowedOrigins tftype.UnorderedStrings `tfsdk:"allowed_origins"`
	AllowedMethods tftype.UnorderedStrings `tfsdk:"allowed_methods"`
	AllowedHeaders tftype.UnorderedStrings `tfsdk:"allowed_headers"`
	ExposeHeaders  tftype.UnorderedStrings `tfsdk:"expose_headers"`
	MaxAgeSeconds  types.Int64             `tfsdk:"max_age_seconds"`
}

func (m *bucketCORSModel) expand(ctx context.Context, _ *providerData, diags *diag.Diagnostics) corsRules {
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

func (m *bucketCORSModel) flatten(_ context.Context, _ *providerData, rules corsRules, _ *diag.Diagnostics) {
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

// planBucketCORS warns of origins that no rule lets read any longer.
func planBucketCORS(ctx context.Context, _ *providerData, change documentChange, diags *diag.Diagnostics) {
	var rules types.List
	diags.Append(change.plan.GetAttribute(ctx, path.Root("rules"), &rules)...)
	if change.state.Raw.IsNull() || diags.HasError() {
		return
	}
	var allowed corsReaders
	known := 0
	for _, rule := range knownObjects[corsRuleModel](ctx, rules, diags) {
		allowed.add(rule)
		known++
	}
	allowed.unknown = allowed.unknown || rules.IsUnknown() || known < len(rules.Elements())
	warnOfLostOrigins(ctx, change.state, allowed, diags)
}

// corsReaders are the origins that rules let read.
type corsReaders struct {
	patterns []string
	unknown  bool // there may be others
}

func (r *corsReaders) add(rule corsRuleModel) {
	methods, origins := knownStrings(rule.AllowedMethods), knownStrings(rule.AllowedOrigins)
	methodsKnown := !rule.AllowedMethods.IsUnknown() && len(methods) == len(rule.AllowedMethods.Elements())
	if methodsKnown && !slices.Contains(methods, "GET") {
		return
	}
	if !methodsKnown || rule.AllowedOrigins.IsUnknown() || len(origins) < len(rule.AllowedOrigins.Elements()) {
		r.unknown = true
	}
	if methodsKnown {
		r.patterns = append(r.patterns, origins...)
	}
}

// warnOfLostOrigins warns of origins that the rules in the state let read, and that none
// of the allowed ones covers.
func warnOfLostOrigins(ctx context.Context, state tfsdk.State, allowed corsReaders, diags *diag.Diagnostics) {
	before, ok := decode[bucketCORSModel](ctx, state, diags)
	if !ok {
		return
	}
	var had corsReaders
	for _, rule := range before.Rules {
		had.add(rule)
	}
	var lost []string
	for _, origin := range had.patterns {
		covered := slices.ContainsFunc(allowed.patterns, func(pattern string) bool { return originCovers(pattern, origin) })
		if !covered && !slices.Contains(lost, origin) {
			lost = append(lost, origin)
		}
	}
	if len(lost) == 0 {
		return
	}
	summary, detail := "The bucket %s no longer allows %s", "Browsers at such an origin can no longer read the answers of S3, so videos do not play there, or only without seeking. Keep the origin in a rule with the method GET until nobody uses it."
	if allowed.unknown {
		summary, detail = "The bucket %s may no longer allow %s", "The rules are not known yet. "+detail
	}
	diags.AddAttributeWarning(path.Root("rules"), originsLost.summary(summary, before.Bucket.ValueString(), strings.Join(lost, ", ")), detail)
}

// originCovers reports whether a pattern, with at most one *, allows all that another
// one allows.
func originCovers(pattern, origin string) bool {
	head, tail, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == origin
	}
	return len(origin) >= len(head)+len(tail) && strings.HasPrefix(origin, head) && strings.HasSuffix(origin, tail)
}

// corsRulesTogether checks what the rules of a bucket must keep to together: each id
// is there once, and the document is no longer than S3 takes.
type corsRulesTogether struct{}

func (corsRulesTogether) Description(context.Context) string {
	return "each id once, and 64 KiB in all at most"
}

func (v corsRulesTogether) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// maxCORSDocument is the longest document that S3 takes, in bytes.
const maxCORSDocument = 64 << 10

func (corsRulesTogether) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	ids, size := map[string]int{}, 0
	for i, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.Object)
		if !ok {
			continue
		}
		rule, known := object[corsRuleModel](ctx, value, &resp.Diagnostics)
		if !known {
			continue
		}
		size += rule.size()
		if rule.ID.IsNull() || rule.ID.IsUnknown() {
			continue
		}
		id := rule.ID.ValueString()
		if first, taken := ids[id]; taken {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i).AtName("id"), "Two rules with one id",
				fmt.Sprintf("rules[%d] and rules[%d] both have the id %q. Give each rule an id of its own, or none.", first, i, id))
			continue
		}
		ids[id] = i
	}
	if size > maxCORSDocument {
		resp.Diagnostics.AddAttributeError(req.Path, "Too many origins and headers",
			fmt.Sprintf("The rules make a document of %d bytes, and S3 takes at most %d for a bucket. "+
				"Allow origins by a pattern, such as https://*.example.com, in place of one by one.", size, maxCORSDocument))
	}
}

// size is how many bytes of the document a rule takes at least: what is not known yet,
// or left to its default, is not counted.
func (r corsRuleModel) size() int {
	element := func(name, text string) int { return len("<></>") + 2*len(name) + len(text) }
	size := element("CORSRule", "")
	for _, part := range []struct {
		name   string
		values types.List
	}{
		{"AllowedOrigin", r.AllowedOrigins.ListValue},
		{"AllowedMethod", r.AllowedMethods.ListValue},
		{"AllowedHeader", r.AllowedHeaders.ListValue},
		{"ExposeHeader", r.ExposeHeaders.ListValue},
	} {
		for _, value := range part.values.Elements() {
			if text, ok := value.(types.String); ok && !text.IsUnknown() {
				size += element(part.name, text.ValueString())
			}
		}
	}
	return size
}
