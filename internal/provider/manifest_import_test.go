package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// publishByHand writes a manifest as Python's json and datetime do.
func (l library) publishByHand(key string, videos ...string) {
	l.t.Helper()
	var entries []string
	for _, video := range videos {
		out, err := l.S3.HeadObject(l.t.Context(), &s3.HeadObjectInput{Bucket: &l.bucket, Key: &video})
		if err != nil {
			l.t.Fatal(err)
		}
		entries = append(entries, fmt.Sprintf(`{"key": %q, "size": %d, "lastModified": %q}`, video, *out.ContentLength, out.LastModified.Format("2006-01-02T15:04:05+00:00")))
	}
	l.put(key, fmt.Sprintf(`{"videos": [%s], "generatedAt": %q}`, strings.Join(entries, ", "), handmade), "")
}

// handmade is the time in manifests that are made by hand.
const handmade = "2026-01-02T03:04:05.678901+00:00"

// TestManifestImport imports manifests that other programs wrote. An import is
// followed by an empty plan.
func TestManifestImport(t *testing.T) {
	for name, tt := range map[string]struct{ key, suffix string }{
		"bucket and key": {"lists/videos.json", "/lists/videos.json"},
		"bucket alone":   {"manifest.json", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLibrary(t, "a/x.mp4", "b/x.mp4")
			l.publishByHand(tt.key, "a/x.mp4", "b/x.mp4")
			config := l.config(fmt.Sprintf("key = %q", tt.key))
			l.run(
				resource.TestStep{
					Config: config, ResourceName: theManifest, ImportState: true, ImportStateId: l.bucket + tt.suffix, ImportStatePersist: true,
				},
				resource.TestStep{
					Config: config, ConfigPlanChecks: nothing(),
					ConfigStateChecks: at(map[string]knownvalue.Check{
						"id": knownvalue.StringExact(l.bucket + "/" + tt.key), "key": knownvalue.StringExact(tt.key), "video_count": number(2),
						"generated_at":    knownvalue.StringExact("2026-01-02T03:04:05.678901Z"),
						"duplicate_names": knownvalue.ListExact([]knownvalue.Check{texts("a/x.mp4", "b/x.mp4")}),
						"missing_info":    texts("a/x.mp4", "b/x.mp4"), "archived_count": number(0),
						"detected_changes": changed(nil, nil, nil),
					}),
				},
			)
		})
	}
}

func TestManifestImportBlocks(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			ResourceName: theManifest, ImportState: true, ImportStateVerify: true, ImportStateId: l.bucket + "/manifest.json",
			ImportStateVerifyIgnore: []string{"detected_changes"}, // of an update that the import knows nothing of
		},
		resource.TestStep{Config: l.config(""), ResourceName: theManifest, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
	)
}

func TestManifestIdentity(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.12.0")))},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: l.config(""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(theManifest, tfjsonpath.New("bucket")),
					statecheck.ExpectIdentityValueMatchesState(theManifest, tfjsonpath.New("key")),
				},
			},
			{Config: l.config(""), ResourceName: theManifest, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestManifestImportRefuses(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.put("package.json", `{"name": "site"}`, "")
	for id, message := range map[string]string{
		"/manifest.json":           `It must be the name of the bucket, as in "fovea-videos", or that and the key of the manifest`,
		l.bucket + "/":             `It must be the name of the bucket, as in "fovea-videos", or that and the key of the manifest`,
		l.bucket + "/absent.json":  `Cannot import non-existent remote object`,
		l.bucket + "-is-not/there": `Cannot import non-existent remote object`,
		l.bucket + "/package.json": `What is there is not a manifest. If the import ID is wrong, correct it`,
	} {
		l.run(resource.TestStep{
			Config: l.config(""), ResourceName: theManifest, ImportState: true, ImportStateId: id, ExpectError: acctest.Message(message),
		})
	}
}

// TestManifestAdopts takes over a manifest that follows from the bucket, and
// writes only if it does not.
func TestManifestAdopts(t *testing.T) {
	l := newLibrary(t, "a.mp4", "b.mp4")
	l.publishByHand("manifest.json", "a.mp4", "b.mp4")
	theirs := l.get("manifest.json")
	l.run(resource.TestStep{
		Config:            l.config("retain_on_destroy = true"),
		ConfigPlanChecks:  before(publishes(plancheck.ResourceActionCreate, nil)...),
		ConfigStateChecks: at(map[string]knownvalue.Check{"generated_at": knownvalue.StringExact("2026-01-02T03:04:05.678901Z")}),
	})
	if l.get("manifest.json") != theirs {
		t.Error("a manifest that was right has been written again")
	}
	l.upload("c.mp4")
	var said warnings
	said.run(t, resource.TestStep{
		Config: l.config(""),
		ConfigPlanChecks: before(append(publishes(plancheck.ResourceActionCreate, nil),
			then(said.expect(t, `It has 2 videos. As the bucket is now, 1 will be added, 0 removed, and 0 changed. Added: "c.mp4"`)))...),
		ConfigStateChecks: at(map[string]knownvalue.Check{
			"video_count": number(3), "generated_at": later(handmade), "detected_changes": changed([]string{"c.mp4"}, nil, nil),
		}),
	})
}

// later expects a time behind another one.
func later(than string) knownvalue.Check {
	return knownvalue.StringFunc(func(v string) error {
		then, err := time.Parse(time.RFC3339, than)
		if err != nil {
			return err
		}
		now, err := time.Parse(time.RFC3339, v)
		if err == nil && !now.After(then) {
			err = fmt.Errorf("%s is not after %s", v, than)
		}
		return err
	})
}
