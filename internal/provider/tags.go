package provider

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// tagSettings is what the provider block says of tags.
type tagSettings struct {
	defaults                     map[string]string
	ignoredKeys, ignoredPrefixes []string
	foldCase                     bool // keys that differ only by case are one
}

// ofIAM are the settings for users, roles and instance profiles: IAM ignores the case
// of a tag's key, and keeps the case in which it was set first.
func (t tagSettings) ofIAM() tagSettings {
	t.foldCase = true
	return t
}

// sameKey reports whether two keys name one tag.
func (t tagSettings) sameKey(a, b string) bool {
	return a == b || t.foldCase && strings.EqualFold(a, b)
}

// spelled gives tags of a server the keys that the configuration has for them.
func (t tagSettings) spelled(remote, own map[string]string) map[string]string {
	if !t.foldCase {
		return remote
	}
	out := map[string]string{}
	for key, value := range remote {
		for _, known := range []map[string]string{t.defaults, own} {
			for name := range known {
				if t.sameKey(name, key) {
					key = name
				}
			}
		}
		out[key] = value
	}
	return out
}

// refuseTwins refuses default tags that are one tag to IAM.
func (t tagSettings) refuseTwins(thing string, diags *diag.Diagnostics) {
	keys := slices.Sorted(maps.Keys(t.defaults))
	for i, key := range keys {
		for _, other := range keys[i+1:] {
			if t.sameKey(key, other) {
				diags.AddError(tagsTwice.summary("The tags of the %s: %q and %q are one tag to IAM", thing, key, other),
					"IAM ignores the case of a tag's key. Leave one of the two out of default_tags of the provider block.")
			}
		}
	}
}

// with adds the default tags to a resource's own, which win, also over
// ignore_tags.
func (t tagSettings) with(own map[string]string) map[string]string {
	all := t.managed(t.defaults, nil)
	for key, value := range own {
		maps.DeleteFunc(all, func(other, _ string) bool { return t.sameKey(other, key) })
		all[key] = value
	}
	return all
}

// managed leaves out the tags that others manage: AWS's own, and the ignored ones
// that the resource does not ask for.
func (t tagSettings) managed(remote, own map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range remote {
		if _, asked := own[key]; asked || !t.foreign(key) {
			out[key] = value
		}
	}
	return out
}

// foreignOf gives the tags that others manage, which a write that replaces every
// tag must keep.
func (t tagSettings) foreignOf(remote map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range remote {
		if t.foreign(key) {
			out[key] = value
		}
	}
	return out
}

func (t tagSettings) foreign(key string) bool {
	return strings.HasPrefix(key, "aws:") ||
		slices.ContainsFunc(t.ignoredKeys, func(ignored string) bool { return t.sameKey(ignored, key) }) ||
		slices.ContainsFunc(t.ignoredPrefixes, func(prefix string) bool {
			return len(key) >= len(prefix) && t.sameKey(key[:len(prefix)], prefix)
		})
}

// own tells which of the managed tags to show as the resource's: all but those
// that only the provider's default_tags asked for. The state before says which
// tags the resource asked for itself.
func (t tagSettings) own(managed, before map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range managed {
		_, asked := before[key]
		common, byDefault := t.defaults[key]
		if asked || !byDefault || common != value {
			out[key] = value
		}
	}
	return out
}

// flatten gives the values of tags and tags_all for what a server answered.
// No tags are null where the state before had null.
func (t tagSettings) flatten(remote map[string]string, before types.Map, beforeOwn map[string]string) (tags, tagsAll types.Map) {
	managed := t.managed(t.spelled(remote, beforeOwn), beforeOwn)
	tags, tagsAll = mapOf(t.own(managed, beforeOwn)), mapOf(managed)
	if len(tags.Elements()) == 0 && before.IsNull() {
		tags = types.MapNull(types.StringType)
	}
	return tags, tagsAll
}

// plan gives the planned value of tags_all.
func (t tagSettings) plan(tags types.Map, own map[string]string) types.Map {
	unknown := tags.IsUnknown()
	for _, value := range tags.Elements() {
		unknown = unknown || value.IsUnknown()
	}
	if unknown {
		return types.MapUnknown(types.StringType)
	}
	return mapOf(t.with(own))
}

func tagsAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "Tags. A tag that is also in the provider's `default_tags` wins over it.",
		Validators:          []validator.Map{tftype.Tags()},
	}
}

// iamTagsAttribute is tagsAttribute for what IAM has.
func iamTagsAttribute() schema.MapAttribute {
	a := tagsAttribute()
	a.MarkdownDescription += " IAM ignores the case of keys."
	a.Validators = append(a.Validators, tftype.NoTwinTags())
	return a
}

func tagsAllAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Computed:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "All tags, those of the provider's `default_tags` included.",
	}
}
