package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// ValidateConfig checks what arguments say together.
func (r *manifestResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[manifestModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	key := defaultManifestKey
	if !m.Key.IsNull() {
		key = m.Key.ValueString() // "" while it is unknown, which is nothing's suffix
	}
	suffixes := defaultSuffixes
	if !m.Suffixes.IsNull() {
		suffixes = knownStrings(m.Suffixes)
	}
	for _, suffix := range suffixes {
		if suffix != "" && strings.HasSuffix(strings.ToLower(key), strings.ToLower(suffix)) {
			resp.Diagnostics.AddAttributeError(path.Root("key"), "The manifest would list itself",
				"Its key ends in "+suffix+", as the keys of videos do. Choose another key.")
		}
	}
	exclusions := knownStrings(m.ExcludePrefixes)
	checkOverlap(exclusions, &resp.Diagnostics)
	for _, p := range exclusions {
		if p != "" && strings.HasPrefix(m.Prefix.ValueString(), p) {
			resp.Diagnostics.AddAttributeError(path.Root("exclude_prefixes"), "No video is left",
				"Only keys that begin with \""+m.Prefix.ValueString()+"\" are listed, as prefix says, and \""+p+"\" leaves all of them out.")
		}
	}
	m.checkSource(&resp.Diagnostics)
	snapshots, ok := object[snapshotsModel](ctx, m.Snapshots, &resp.Diagnostics)
	if !ok || snapshots.Prefix.IsUnknown() {
		return
	}
	for _, suffix := range suffixes {
		if strings.EqualFold(suffix, publish.SnapshotSuffix) {
			resp.Diagnostics.AddAttributeError(path.Root("snapshots"), "The manifest would list its snapshots",
				"The keys of snapshots end in "+publish.SnapshotSuffix+", which suffixes has for videos. Leave one of the two out.")
		}
	}
	prefix := defaultSnapshotPrefix
	if !snapshots.Prefix.IsNull() {
		prefix = snapshots.Prefix.ValueString()
	}
	if prefix != "" && strings.HasPrefix(key, prefix) {
		resp.Diagnostics.AddAttributeError(path.Root("key"), "The manifest lies among its snapshots",
			"Its key begins with the prefix of the snapshots, "+prefix+", where old copies are deleted. Choose another key or another prefix.")
	}
}

// checkOverlap refuses a prefix that another one covers already: one of the two is
// a mistake.
func checkOverlap(prefixes []string, diags *diag.Diagnostics) {
	for i, p := range prefixes {
		for j, q := range prefixes {
			if i == j || !strings.HasPrefix(p, q) || p == q && i < j {
				continue
			}
			diags.AddAttributeError(path.Root("exclude_prefixes"), "Overlapping prefixes",
				"Keys that begin with \""+p+"\" begin with \""+q+"\" too. Leave one of the two out.")
		}
	}
}
