package tftype

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const tagRules = "At most 50 tags; keys of 1 to 128 characters that do not begin with aws:, values of at most 256."

type tags struct{}

// Tags accepts the maps that AWS accepts as tags.
func Tags() validator.Map { return tags{} }

// Description implements [validator.Map].
func (tags) Description(context.Context) string { return tagRules }

// MarkdownDescription implements [validator.Map].
func (tags) MarkdownDescription(context.Context) string { return tagRules }

// ValidateMap implements [validator.Map].
func (tags) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	elements := req.ConfigValue.Elements()
	if len(elements) > 50 {
		resp.Diagnostics.AddAttributeError(req.Path, "Too many tags", fmt.Sprintf("There are %d. %s", len(elements), tagRules))
	}
	for key, element := range elements {
		wrong := ""
		switch {
		case key == "":
			wrong = "the key is empty"
		case utf8.RuneCountInString(key) > 128:
			wrong = "the key has more than 128 characters"
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			wrong = "AWS keeps keys that begin with aws: for itself"
		}
		if value, ok := element.(types.String); ok {
			switch {
			case value.IsNull():
				wrong = "the value is null; leave the tag out instead"
			case utf8.RuneCountInString(value.ValueString()) > 256:
				wrong = "the value has more than 256 characters"
			}
		}
		if wrong != "" {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), "Invalid tag", fmt.Sprintf("The tag %q cannot be used: %s. %s", key, wrong, tagRules))
		}
	}
}

type noTwinTags struct{}

// NoTwinTags refuses keys that differ only by case, which are one tag to IAM.
func NoTwinTags() validator.Map { return noTwinTags{} }

// Description implements [validator.Map].
func (noTwinTags) Description(context.Context) string {
	return "No two keys may differ only by case."
}

// MarkdownDescription implements [validator.Map].
func (n noTwinTags) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

// ValidateMap implements [validator.Map].
func (noTwinTags) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	keys := slices.Sorted(maps.Keys(req.ConfigValue.Elements()))
	for i, key := range keys {
		for _, other := range keys[i+1:] {
			if strings.EqualFold(key, other) {
				resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("%q and %q are one tag to IAM", key, other),
					"IAM ignores the case of a tag's key. Leave one of the two out.")
			}
		}
	}
}
