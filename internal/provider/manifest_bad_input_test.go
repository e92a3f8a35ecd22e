package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestManifestBadInput reads what a user is told, on the attribute at fault.
func TestManifestBadInput(t *testing.T) {
	for _, tt := range []struct{ name, arguments, attribute, message string }{
		{"suffix without a dot", `"suffixes": ["mp4"]`, "suffixes[0]", `"mp4" cannot be used: it does not begin with a dot. A suffix is a file extension with its dot, such as ".mp4"`},
		{"empty suffix", `"suffixes": [""]`, "suffixes[0]", `"" cannot be used: it is empty, and so would match every object.`},
		{"suffix of a dot", `"suffixes": ["."]`, "suffixes[0]", `"." cannot be used: nothing follows the dot.`},
		{"suffix with a slash", `"suffixes": ["./x"]`, "suffixes[0]", `"./x" cannot be used: it has a slash.`},
		{"no suffixes", `"suffixes": []`, "suffixes", `Attribute suffixes list must contain at least 1 elements, got: 0`},
		{"suffixes twice", `"suffixes": [".mp4", ".mp4"]`, "suffixes", `This attribute contains duplicate values`},
		{"overlap", `"exclude_prefixes": ["a/b/", "a/"]`, "exclude_prefixes", `Keys that begin with "a/b/" begin with "a/" too. Leave one of the two out.`},
		{"exclusion twice", `"exclude_prefixes": ["a/", "a/"]`, "exclude_prefixes", `Keys that begin with "a/" begin with "a/" too.`},
		{"empty exclusion", `"exclude_prefixes": [""]`, "exclude_prefixes[0]", `To name no prefix, leave the argument out.`},
		{"everything excluded", `"prefix": "a/b/", "exclude_prefixes": ["a/"]`, "exclude_prefixes", `Only keys that begin with "a/b/" are listed, as prefix says, and "a/" leaves all of them out.`},
		{"prefix with a slash", `"prefix": "/clips"`, "prefix", `"/clips" cannot be used: it begins with a slash, which no key of a video does`},
		{"key among snapshots", `"key": "manifests/now.json", "snapshots": {}`, "key", `Its key begins with the prefix of the snapshots, manifests/, where old copies are deleted.`},
		{"snapshots without prefix", `"snapshots": {"prefix": ""}`, "snapshots.prefix", `To name no prefix, leave the argument out.`},
		{"no snapshots kept", `"snapshots": {"keep": 0}`, "snapshots.keep", `value must be between 1 and 10000, got: 0`},
		{"snapshots are videos", `"key": "list", "suffixes": [".JSON"], "snapshots": {}`, "snapshots", `The keys of snapshots end in .json, which suffixes has for videos.`},
		{"key of a video", `"key": "list.MP4"`, "key", `Its key ends in .mp4, as the keys of videos do. Choose another key.`},
		{"key of a configured video", `"suffixes": [".json"]`, "key", `Its key ends in .json, as the keys of videos do. Choose another key.`},
		{"empty key", `"key": ""`, "key", `"" cannot be used: it is empty. An object's key has 1 to 1,024 bytes`},
		{"long key", `"key": "` + strings.Repeat("é", 513) + `"`, "key", `it has more than 1,024 bytes`},
		{"key with a slash", `"key": "/manifest.json"`, "key", `it begins with a slash, which S3 takes for a folder without a name`},
		{"no requests", `"concurrency": 0`, "concurrency", `Attribute concurrency value must be between 1 and 256, got: 0`},
		{"too many requests", `"concurrency": 10000`, "concurrency", `Attribute concurrency value must be between 1 and 256, got: 10000`},
		{"negative share", `"max_removed_percent": -1`, "max_removed_percent", `Attribute max_removed_percent value must be between 0 and 100, got: -1`},
		{"more than all", `"max_removed_percent": 101`, "max_removed_percent", `Attribute max_removed_percent value must be between 0 and 100, got: 101`},
		{"unknown detail", `"detail": "some"`, "detail", `Attribute detail value must be one of: ["basic" "full"], got: "some"`},
		{"malformed timeout", `"timeouts": {"create": "soon"}`, "timeouts.create", `"soon"`},
		{"source without inventory", `"source": "inventory"`, "inventory", `With source = "inventory", inventory must say where S3 delivers it: its bucket and prefix`},
		{"inventory without source", `"inventory": {"bucket": "lists"}`, "source", `source is "list", which does not read it. Set source = "inventory", or leave inventory out.`},
		{"inventory and a list", `"source": "list", "inventory": {"bucket": "lists"}`, "source", `which does not read it`},
		{"unknown source", `"source": "athena"`, "source", `Attribute source value must be one of: ["list" "inventory"], got: "athena"`},
		{"bucket of the inventory", `"source": "inventory", "inventory": {"bucket": "Lists"}`, "inventory.bucket", `it has the upper-case letter L`},
		{"prefix of the inventory", `"source": "inventory", "inventory": {"bucket": "lists", "prefix": "s3/"}`, "inventory.prefix", `"s3/" cannot be used: it ends in a slash`},
		{"name of the inventory", `"source": "inventory", "inventory": {"bucket": "lists", "name": ""}`, "inventory.name", `it is empty`},
		{"malformed age", `"max_inventory_age": "2 days"`, "max_inventory_age", `"2 days" cannot be used: it is not a duration. It must be numbers with units, h, m or s`},
		{"negative age", `"max_inventory_age": "-48h"`, "max_inventory_age", `it is too short`},
		{"bucket name", `"bucket": "My_Videos"`, "bucket", `it has the upper-case letter M`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			finds(t, "fovea_manifest", `{"bucket": "videos", `+tt.arguments+`}`, map[string]string{tt.attribute: tt.message})
		})
	}
}

// TestManifestBadInputAtOnce expects every problem to be told at once.
func TestManifestBadInputAtOnce(t *testing.T) {
	finds(t, "fovea_manifest", `{"bucket": "videos", "suffixes": ["mp4", ".webm"], "key": "list.webm", "concurrency": 0, "exclude_prefixes": ["a/", "a/b/", "/c"]}`, map[string]string{
		"suffixes[0]":         "it does not begin with a dot",
		"key":                 "Its key ends in .webm, as the keys of videos do",
		"concurrency":         "value must be between 1 and 256, got: 0",
		"exclude_prefixes":    `begin with "a/" too`,
		"exclude_prefixes[2]": "it begins with a slash",
	})
}

// TestManifestLeavesOtherObjects refuses at the plan what holds something else,
// whatever it is.
func TestManifestLeavesOtherObjects(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	for key, text := range map[string]string{"package.json": `{"name": "site"}`, "index.html": "<html>", "empty.json": "", "cut.json": `{"videos":[{"key":"a.mp4"`} {
		l.put(key, text, "")
		l.run(resource.TestStep{
			Config:      l.config(`key = "` + key + `"`),
			PlanOnly:    true,
			ExpectError: acctest.Message("There is something else at this key, and it is left alone. Move it away, or choose another key for the manifest. To give the manifest up, take it out of the state with terraform state rm. Error: not a manifest:"),
		})
		if got := l.get(key); got != text {
			t.Errorf("%s was overwritten with %q", key, got)
		}
	}
}
