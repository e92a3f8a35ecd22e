package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// TestManifestOfABrokenInventory publishes nothing, and says what is wrong.
func TestManifestOfABrokenInventory(t *testing.T) {
	truncate := func(i *sampleinventory.Inventory) {
		for key, text := range i.Files {
			i.Files[key] = text[:len(text)/2]
		}
	}
	type options = sampleinventory.Options
	for _, tt := range []struct {
		name    string
		options options
		before  func(*sampleinventory.Inventory)
		after   func(inventoried, *sampleinventory.Inventory)
		planned bool // found out at the plan
		want    string
	}{
		{"truncated gzip", options{}, truncate, nil, false, "cannot be read as CSV, compressed with gzip: unexpected EOF"},
		{"truncated Parquet", options{Format: "Parquet"}, truncate, nil, false, "cannot be read as Parquet"},
		{"CSV without a field", options{Without: []string{"Size"}}, nil, nil, false, "Configure the inventory with these fields, as fovea_bucket_inventory does, and wait for the next one."},
		{"Parquet without a field", options{Format: "Parquet", Without: []string{"LastModifiedDate"}}, nil, nil, false, "lacks the fields LastModifiedDate"},
		{"ORC", options{Format: "ORC"}, nil, nil, true, `says that the inventory has the format "ORC"`},
		{"another bucket", options{}, func(i *sampleinventory.Inventory) { i.Claims = "audio" }, nil, true,
			`is an inventory of the bucket "audio"`},
		{"wrong checksum", options{}, nil, func(l inventoried, i *sampleinventory.Inventory) {
			l.lists.put(i.ChecksumKey(), "0123456789abcdef0123456789abcdef", "")
		}, true,
			`and manifest.checksum says "0123456789abcdef0123456789abcdef"`},
		{"wrong checksum of a file", options{}, nil, func(l inventoried, i *sampleinventory.Inventory) {
			for key, text := range i.Files {
				changed := append([]byte{}, text...)
				changed[len(text)/2] ^= 1
				l.lists.put(key, string(changed), "")
			}
		}, false, "and the manifest of the inventory says"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newInventoried(t, "a.mp4")
			made := l.make(tt.options)
			if tt.before != nil {
				tt.before(made)
			}
			if err := made.Deliver(t.Context(), l.S3); err != nil {
				t.Fatal(err)
			}
			if tt.after != nil {
				tt.after(l, made)
			}
			config, verb := l.from(""), "publish"
			if tt.planned {
				verb = "plan"
			}
			l.run(
				resource.TestStep{Config: config, PlanOnly: tt.planned, ExpectError: acctest.Message(tt.want)},
				resource.TestStep{Config: config, ExpectError: acctest.Message("Could not " + verb + " the manifest manifest.json of the bucket " + l.bucket + " [manifest-inventory-unusable] with fovea_manifest.this, on")},
			)
			if text := l.get("manifest.json"); text != "" {
				t.Errorf("%s was published", text)
			}
		})
	}
}

// TestManifestOfNoInventory says where one was looked for.
func TestManifestOfNoInventory(t *testing.T) {
	l := newInventoried(t, "a.mp4")
	none := "there is no complete inventory of the bucket " + l.bucket + " in s3://" + l.lists.bucket + "/lists/" + l.bucket + "/"
	l.run(
		resource.TestStep{Config: l.from(""), PlanOnly: true, ExpectError: acctest.Message(none)},
		resource.TestStep{Config: l.from("scan_on_plan = false"), ExpectError: acctest.Message("S3 delivers the first inventory within 48 hours after it was configured; until then, use source = \"list\".")},
		resource.TestStep{
			PreConfig: func() { l.deliver(sampleinventory.Options{Source: "fovea-audio"}) },
			Config:    l.from(""), PlanOnly: true, ExpectError: acctest.Message(none + ", only of fovea-audio"),
		},
		resource.TestStep{
			Config:   l.config("source = \"inventory\"\ninventory = { bucket = \"" + l.bucket + "-absent\" }"),
			PlanOnly: true, ExpectError: acctest.Message("there is no bucket " + l.bucket + "-absent"),
		},
		resource.TestStep{
			PreConfig: func() {
				l.deliver(sampleinventory.Options{Name: "All"})
				l.deliver(sampleinventory.Options{Name: "Part"})
			},
			Config: l.from(""), PlanOnly: true, ExpectError: acctest.Message("2 inventory configurations of the bucket " + l.bucket + " deliver to"),
		},
		resource.TestStep{
			Config:            l.config("source = \"inventory\"\ninventory = {\n bucket = \"" + l.lists.bucket + "\"\n prefix = \"lists\"\n name = \"All\"\n}"),
			ConfigStateChecks: manifestAt("video_count", number(1)),
		},
	)
}

// TestManifestOfAnInventoryThatBreaks keeps the manifest, tells of the trouble, and
// lets the configuration change its source.
func TestManifestOfAnInventoryThatBreaks(t *testing.T) {
	l := newInventoried(t, "a.mp4")
	made := l.deliver(sampleinventory.Options{})
	broken := acctest.Message("the manifest manifest.json of the bucket " + l.bucket + " [manifest-inventory-unusable]")
	l.run(
		resource.TestStep{Config: l.from("")},
		resource.TestStep{
			PreConfig: func() {
				l.upload("b.mp4")
				l.lists.put(made.ChecksumKey(), "0123456789abcdef0123456789abcdef", "")
			},
			Config: l.from(""), ExpectError: broken,
		},
		resource.TestStep{
			Config:            l.config(""),
			ConfigStateChecks: manifestAt("video_count", number(2)),
		},
		resource.TestStep{Config: l.from(""), ExpectError: broken},
		resource.TestStep{
			PreConfig:         func() { l.deliver(sampleinventory.Options{Time: anHourAgo().Add(time.Minute)}) },
			Config:            l.from(""),
			ConfigStateChecks: manifestAt("video_count", number(2)),
		},
		resource.TestStep{
			PreConfig: func() { l.lists.empty() },
			Config:    l.from(""), ExpectError: acctest.Message("there is no complete inventory"),
		},
	)
	if text := l.get("manifest.json"); text != "" {
		t.Errorf("%s is left", text)
	}
}

// TestManifestOfAnInventoryImport adopts a manifest, then makes it of an inventory.
func TestManifestOfAnInventoryImport(t *testing.T) {
	l := newInventoried(t, "a.mp4", "b.mp4")
	l.publishByHand("manifest.json", "a.mp4", "b.mp4")
	l.deliver(sampleinventory.Options{})
	l.run(
		resource.TestStep{Config: l.from(""), ResourceName: theManifest, ImportState: true, ImportStateId: l.bucket, ImportStatePersist: true},
		resource.TestStep{Config: l.from(""), ConfigStateChecks: manifestAt("detected_changes", changed(nil, nil, nil))},
		resource.TestStep{Config: l.from(""), ConfigPlanChecks: nothing(), ConfigStateChecks: manifestAt("source", knownvalue.StringExact("inventory"))},
	)
}
