package provider_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// TestManifestSnapshotAfterAKill has manifests whose apply ended right after it put
// them: nothing of it came into the state. The next apply saves the snapshot.
func TestManifestSnapshotAfterAKill(t *testing.T) {
	l := library{Env: acctest.Start(t), t: t, bucket: acctest.Name(t)}
	l.FakeOnly(t, "the snapshots are read back by their time")
	makeBucket(t, l.Env, l.bucket)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	killed := func(video string) func() {
		return func() {
			at = at.Add(time.Hour)
			l.put(video, "0123", "")
			if _, err := publish.Publish(t.Context(), l.S3, publish.Order{
				Selection: publish.Selection{Bucket: l.bucket, Suffixes: []string{".mp4"}}, Key: "manifest.json", MaxRemovedPercent: 50, Now: at,
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	saved := func() {
		key := "manifests/" + at.Format("2006-01-02T15-04-05Z") + ".json"
		if got, want := l.get(key), l.get("manifest.json"); got != want {
			t.Errorf("got the snapshot %s, want %s", got, want)
		}
	}
	const address = "fovea_manifest.this"
	updates := func(more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: append(more, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))}
	}
	config := l.config("snapshots = {}")
	killed("a.mp4")()
	l.run(
		resource.TestStep{Config: config, Check: func(*terraform.State) error { saved(); return nil }},
		resource.TestStep{
			PreConfig: killed("b.mp4"), Config: config, Check: func(*terraform.State) error { saved(); return nil },
			ConfigPlanChecks: updates(plancheck.ExpectUnknownValue(address, tfjsonpath.New("etag"))),
		},
		// With another video the killed apply's manifest is saved before it is replaced.
		resource.TestStep{
			PreConfig: func() { killed("c.mp4")(); l.put("d.mp4", "0123", "") }, Config: config,
			ConfigPlanChecks: updates(plancheck.ExpectUnknownValue(address, tfjsonpath.New("digest"))),
			Check: func(*terraform.State) error {
				text := l.get("manifests/" + at.Format("2006-01-02T15-04-05Z") + ".json")
				if !regexp.MustCompile(`"c\.mp4"`).MatchString(text) || regexp.MustCompile(`"d\.mp4"`).MatchString(text) {
					t.Errorf("got the snapshot %s, want that of a.mp4 to c.mp4", text)
				}
				return nil
			},
		},
	)
}
