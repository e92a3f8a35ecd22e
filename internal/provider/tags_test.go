package provider

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestIAMTagsIgnoreCase(t *testing.T) {
	settings := tagSettings{defaults: map[string]string{"Owner": "a", "Team": "video"}, ignoredKeys: []string{"Cost"}}
	own := map[string]string{"owner": "b"}
	for name, tt := range map[string]struct {
		settings tagSettings
		want     map[string]string
	}{
		"S3":  {settings, map[string]string{"Owner": "a", "owner": "b", "Team": "video"}},
		"IAM": {settings.ofIAM(), map[string]string{"owner": "b", "Team": "video"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.settings.with(own); !maps.Equal(got, tt.want) {
				t.Errorf("got tags %v, want %v", got, tt.want)
			}
		})
	}

	before := mapOf(own)
	remote := map[string]string{"OWNER": "b", "TEAM": "video", "cost": "1", "other": "x"}
	tags, all := settings.ofIAM().flatten(remote, before, own)
	if want := mapOf(map[string]string{"owner": "b", "other": "x"}); !tags.Equal(want) {
		t.Errorf("got tags %s, want %s", tags, want)
	}
	if want := mapOf(map[string]string{"owner": "b", "Team": "video", "other": "x"}); !all.Equal(want) {
		t.Errorf("got tags_all %s, want %s", all, want)
	}
	if null, _ := settings.ofIAM().flatten(map[string]string{"owner": "a"}, types.MapNull(types.StringType), nil); !null.IsNull() {
		t.Errorf("got tags %s for a default tag of another case, want null", null)
	}
}

func TestTwinDefaultTags(t *testing.T) {
	for name, tt := range map[string]struct {
		settings tagSettings
		want     int
	}{
		"S3":           {tagSettings{defaults: map[string]string{"a": "1", "A": "1"}}, 0},
		"IAM":          {tagSettings{defaults: map[string]string{"a": "1", "A": "1"}}.ofIAM(), 1},
		"IAM, no twin": {tagSettings{defaults: map[string]string{"a": "1", "b": "1"}}.ofIAM(), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			tt.settings.refuseTwins("role r", &diags)
			if got := diags.ErrorsCount(); got != tt.want {
				t.Errorf("got %d errors, want %d: %v", got, tt.want, diags)
			}
		})
	}
}
