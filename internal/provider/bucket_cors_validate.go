package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
