package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const readManifest = "data.fovea_manifest.this"

// reading configures the data source.
func (l library) reading(arguments string) string {
	return l.Config("data \"fovea_manifest\" \"this\" {\n  bucket = %q\n%s\n}\n", l.bucket, arguments)
}

// read expects values of the data source's attributes.
func read(attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(readManifest, tfjsonpath.New(name), want))
	}
	return checks
}

// keysOf expects the videos of a list, by their keys.
func keysOf(keys ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, key := range keys {
		checks = append(checks, knownvalue.ObjectPartial(map[string]knownvalue.Check{"key": knownvalue.StringExact(key)}))
	}
	return knownvalue.ListExact(checks)
}

// TestManifestDataSource reads what the resource wrote, and finds the same.
func TestManifestDataSource(t *testing.T) {
	l := newLibrary(t, "a.mp4", "clips/b.mp4", "clips/c.mp4")
	same := func(name string) statecheck.StateCheck {
		return statecheck.CompareValuePairs(theManifest, tfjsonpath.New(name), readManifest, tfjsonpath.New(name), compare.ValuesSame())
	}
	config := func(arguments string) string {
		return l.config("") + "data \"fovea_manifest\" \"this\" {\n  bucket = fovea_manifest.this.bucket\n  key = fovea_manifest.this.key\n" + arguments + "\n}\n"
	}
	l.run(
		resource.TestStep{Config: config(""), ConfigStateChecks: append(read(map[string]knownvalue.Check{
			"videos": keysOf("a.mp4", "clips/b.mp4", "clips/c.mp4"),
		}), same("digest"), same("etag"), same("generated_at"), same("video_count"), same("total_bytes"))},
		resource.TestStep{Config: config(`prefix = "clips/"`), ConfigStateChecks: read(map[string]knownvalue.Check{
			"videos": keysOf("clips/b.mp4", "clips/c.mp4"), "video_count": number(3), "total_bytes": number(30),
		})},
		resource.TestStep{Config: config("prefix = \"clips/\"\nlimit = 1"), ConfigStateChecks: read(map[string]knownvalue.Check{
			"videos": keysOf("clips/b.mp4"), "video_count": number(3),
		})},
		resource.TestStep{Config: config("limit = 0"), ConfigStateChecks: read(map[string]knownvalue.Check{
			"videos": keysOf(), "video_count": number(3),
		})},
	)
}

func TestManifestDataSourceReadsWhatOthersWrite(t *testing.T) {
	l := newLibrary(t)
	l.put("lists/theirs.json", `{"videos": [
		{"key": "z.mp4", "size": 5, "lastModified": "2026-01-02T05:04:05.123456+02:00", "etag": "x", "note": {"by": ["us"]}},
		{"key": "a.mp4", "size": 7, "lastModified": "2026-01-02T03:04:05Z"}], "version": 2}`, "")
	l.run(resource.TestStep{
		Config: l.reading(`key = "lists/theirs.json"`),
		ConfigStateChecks: read(map[string]knownvalue.Check{
			"generated_at": knownvalue.Null(), "video_count": number(2), "total_bytes": number(12),
			"videos": knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"key": knownvalue.StringExact("z.mp4"), "size": number(5), "last_modified": knownvalue.StringExact("2026-01-02T03:04:05.123456Z"),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"key": knownvalue.StringExact("a.mp4")}),
			}),
		}),
	})
}

func TestManifestDataSourceOfManyVideos(t *testing.T) {
	l := newLibrary(t)
	const count = 20_000
	var text strings.Builder
	text.WriteString(`{"videos":[`)
	for i := range count {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"key":"clips/%06d.mp4","size":%d,"lastModified":"2026-01-02T03:04:05Z"}`, i, i)
	}
	text.WriteString(`],"generatedAt":"2026-01-02T03:04:05Z"}`)
	l.put("manifest.json", text.String(), "")
	l.run(resource.TestStep{
		Config: l.reading("prefix = \"clips/0199\"\nlimit = 50"),
		ConfigStateChecks: append(read(map[string]knownvalue.Check{
			"video_count": number(count), "total_bytes": number(count * (count - 1) / 2), "videos": knownvalue.ListSizeExact(50),
			"generated_at": knownvalue.StringExact("2026-01-02T03:04:05Z"),
		}), statecheck.ExpectKnownValue(readManifest, tfjsonpath.New("videos").AtSliceIndex(49).AtMapKey("key"), knownvalue.StringExact("clips/019949.mp4"))),
	})
}

func TestManifestDataSourceRefuses(t *testing.T) {
	l := newLibrary(t)
	l.put("package.json", `{"name": "site"}`, "")
	for arguments, message := range map[string]string{
		``:                     `Publish one with the resource fovea_manifest, and let this data source depend on it; or correct bucket and key.`,
		`key = "package.json"`: `not a manifest: it has no "videos"`,
		`key = ""`:             `"" cannot be used: it is empty.`,
		`prefix = "/clips"`:    `"/clips" cannot be used: it begins with a slash`,
		`limit = -1`:           `Attribute limit value must be at least 0, got: -1`,
	} {
		l.run(resource.TestStep{Config: l.reading(arguments), PlanOnly: true, ExpectError: acctest.Message(message)})
	}
	missing := library{l.Env, t, l.bucket + "-not"}
	l.run(resource.TestStep{Config: missing.reading(""), PlanOnly: true, ExpectError: acctest.Message("Could not find the bucket " + missing.bucket)})
}
