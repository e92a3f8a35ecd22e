package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// inBackupToo gives a policy of the bucket fovea-videos for fovea-backup too.
func inBackupToo(policy string) string {
	for _, arn := range []string{"arn:aws:s3:::fovea-videos", "arn:aws:s3:::fovea-videos/*", "arn:aws:s3:::fovea-videos/lists/videos.json"} {
		other := strings.Replace(arn, "fovea-videos", "fovea-backup", 1)
		policy = strings.ReplaceAll(policy, `"`+arn+`"`, `["`+arn+`","`+other+`"]`)
	}
	return policy
}

// TestAdditionalBuckets gives a user and a role a second bucket, and takes it away.
func TestAdditionalBuckets(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	name := acctest.Name(t)
	both := func(arguments string) string { return userBlock(name, arguments) + roleBlock(name, arguments) }
	source := func(value string) string {
		return "resource \"terraform_data\" \"backup\" {\n  input = \"" + value + "\"\n}\n"
	}
	const unknown = "additional_buckets = [terraform_data.backup.output]"
	w := newWorkspace(t, e, both(`additional_buckets = ["fovea-backup"]`))
	w.apply()
	w.unchanged()

	for _, step := range []struct {
		name, config string
		says, not    []string
	}{
		{"an additional bucket whose name is not known", source("archive") + both("additional_buckets = [\"fovea-backup\", terraform_data.backup.output]"), nil, []string{"-lost]"}},
		{"a removed bucket", source("archive") + both(unknown), []string{
			"The user " + name + " can no longer list the bucket fovea-backup [listing-lost]", "The role " + name + " can no longer list the bucket fovea-backup [listing-lost]",
			"The user " + name + " can no longer read from the bucket fovea-backup [reading-lost]",
		}, []string{"fovea-videos ["}},
		{"a bucket whose name is no longer known", source("fovea-backup") + both(unknown), []string{
			"The user " + name + " may no longer be able to list the bucket archive [listing-lost]", "The role " + name + " may no longer be able to list the bucket archive [listing-lost]",
		}, []string{"fovea-videos ["}},
		{"swapped", source("fovea-backup") + strings.ReplaceAll(both(`additional_buckets = ["fovea-videos"]`), `bucket = "fovea-videos"`, `bucket = "fovea-backup"`), nil, []string{"-lost]"}},
		{"none", both(""), []string{"The user " + name + " can no longer list the bucket fovea-backup [listing-lost]"}, []string{"fovea-videos ["}},
	} {
		t.Run(step.name, func(t *testing.T) {
			w := w.on(t)
			w.configure(step.config)
			output := w.apply()
			w.says(output, step.says...)
			w.saysNot(output, step.not...)
			w.unchanged()
		})
	}

	t.Run("a state without the attribute", func(t *testing.T) {
		w := w.on(t)
		w.forgetAttribute("additional_buckets")
		w.unchanged()
	})
}

// forgetAttribute takes an attribute out of the state of all resources, as if a version of
// the provider without it had written the state.
func (w *workspace) forgetAttribute(name string) {
	w.t.Helper()
	file := filepath.Join(w.dir, "terraform.tfstate")
	text, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		w.t.Fatal(err)
	}
	forgotten := 0
	resources, _ := state["resources"].([]any)
	for _, r := range resources {
		block, _ := r.(map[string]any)
		instances, _ := block["instances"].([]any)
		for _, i := range instances {
			instance, _ := i.(map[string]any)
			attributes, _ := instance["attributes"].(map[string]any)
			if _, ok := attributes[name]; ok {
				delete(attributes, name)
				forgotten++
			}
		}
	}
	if forgotten == 0 {
		w.t.Fatalf("got no attribute %s in the state, want some", name)
	}
	if text, err = json.Marshal(state); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// TestAdditionalBucketsImport imports policies in which the buckets stand in another order:
// the first one is bucket, whatever comes before it in the alphabet.
func TestAdditionalBucketsImport(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	makeUser(t, e, name)
	putPolicy(t, e, name, "FOVEAVideoAccess", inBackupToo(readPolicy))
	config := e.Config("%s", userBlock(name, `additional_buckets = ["fovea-backup"]`)+"import {\n  to = "+theUser+"\n  id = \""+name+"\"\n}\n")
	e.Run(t, resource.TestStep{
		Config:           config,
		ConfigPlanChecks: before(changes{theUser, nil}),
		ConfigStateChecks: []statecheck.StateCheck{
			userState("additional_buckets", texts("fovea-backup")),
		},
	})
}
