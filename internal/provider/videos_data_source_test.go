package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

const theVideos = "data.fovea_videos.this"

// listed configures the data source.
func (l library) listed(arguments string) string {
	return l.Config("data \"fovea_videos\" \"this\" {\n  bucket = %q\n%s\n}\n", l.bucket, arguments)
}

// videosAre expects values of the data source's attributes.
func videosAre(keys ...string) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		statecheck.ExpectKnownValue(theVideos, tfjsonpath.New("videos"), keysOf(keys...)),
		statecheck.ExpectKnownValue(theVideos, tfjsonpath.New("video_count"), number(int64(len(keys)))),
		statecheck.ExpectKnownValue(theVideos, tfjsonpath.New("total_bytes"), number(int64(10*len(keys)))),
	}
}

func TestVideosDataSource(t *testing.T) {
	l := newLibrary(t, "b.MP4", "a.mp4", "clips/c.webm", "clips/d.mp4", "notes.txt", "a.info.json")
	l.run(
		resource.TestStep{Config: l.listed(""), ConfigStateChecks: videosAre("a.mp4", "b.MP4", "clips/d.mp4")},
		resource.TestStep{Config: l.listed(`prefix = "clips/"`), ConfigStateChecks: videosAre("clips/d.mp4")},
		resource.TestStep{Config: l.listed(`suffixes = [".mp4", ".webm"]`), ConfigStateChecks: videosAre("a.mp4", "b.MP4", "clips/c.webm", "clips/d.mp4")},
		resource.TestStep{Config: l.listed(`limit = 2`), ConfigStateChecks: videosAre("a.mp4", "b.MP4")},
		resource.TestStep{Config: l.listed(`prefix = "none/"`), ConfigStateChecks: videosAre()},
	)
}

// TestVideosDataSourceAgrees finds what the manifest has, up to the digest.
func TestVideosDataSourceAgrees(t *testing.T) {
	l := newLibrary(t, "a.mp4", "clips/b.mp4")
	config := l.config("") + "data \"fovea_videos\" \"this\" {\n  bucket = fovea_manifest.this.bucket\n}\n"
	l.run(resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
		statecheck.CompareValuePairs(theManifest, tfjsonpath.New("digest"), theVideos, tfjsonpath.New("digest"), compare.ValuesSame()),
		statecheck.ExpectKnownValue(theVideos, tfjsonpath.New("videos"), knownvalue.ListExact([]knownvalue.Check{
			knownvalue.ObjectExact(map[string]knownvalue.Check{"key": knownvalue.StringExact("a.mp4"), "size": number(10), "last_modified": knownvalue.NotNull()}),
			knownvalue.ObjectPartial(map[string]knownvalue.Check{"key": knownvalue.StringExact("clips/b.mp4")}),
		})),
	}})
}

// TestVideosDataSourceStops lists no further than its limit: one request for a page
// of a bucket of many.
func TestVideosDataSourceStops(t *testing.T) {
	l := newLibrary(t)
	l.FakeOnly(t, "it counts requests, and makes up keys")
	l.bucket += "-full"
	if err := l.Fake.AddSyntheticBucket(l.bucket, fakeaws.Synthetic{Keys: 40_000}); err != nil {
		t.Fatal(err)
	}
	l.run(resource.TestStep{
		Config:            l.listed(`limit = 5`),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(theVideos, tfjsonpath.New("videos"), knownvalue.ListSizeExact(5))},
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PostApplyPreRefresh: []plancheck.PlanCheck{then(func() { l.Fake.Requests().Reset() })},
			PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
				if n := l.Fake.Requests().Count("ListObjectsV2"); n != 1 {
					return fmt.Errorf("a plan lists %d pages", n)
				}
				return nil
			})},
		},
	})
}

func TestVideosDataSourceBadInput(t *testing.T) {
	l := newLibrary(t)
	for arguments, want := range map[string]string{
		`limit = 0`:            "Attribute limit value must be at least 1, got: 0",
		`suffixes = ["mp4"]`:   `"mp4" cannot be used: it does not begin with a dot`,
		`suffixes = []`:        "list must contain at least 1 elements",
		`prefix = "/clips"`:    "it begins with a slash",
		`bucket = "none-here"`: "Could not find the bucket none-here",
	} {
		config := l.listed(arguments)
		if strings.HasPrefix(arguments, "bucket") {
			config = l.Config("data \"fovea_videos\" \"this\" {\n%s\n}\n", arguments)
		}
		l.run(resource.TestStep{Config: config, ExpectError: acctest.Message(want)})
	}
}

func TestVideosDataSourceExample(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t, resource.TestStep{Config: e.Config("%s", manifestExample(t, acctest.Name(t), "data-sources/fovea_videos/data-source.tf"))})
}
