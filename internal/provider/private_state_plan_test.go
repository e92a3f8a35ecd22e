package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestPlansWithPrivateStateOfAnotherVersion fills the private state of each resource that
// has one with what this version does not know.
func TestPlansWithPrivateStateOfAnotherVersion(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "one server is enough for what the provider keeps")
	bucket := acctest.Name(t)
	w := newWorkspace(t, e, fmt.Sprintf(`
resource "fovea_video_bucket" "v" {
  bucket        = %[1]q
  force_destroy = true
}

resource "fovea_manifest" "m" {
  bucket = fovea_video_bucket.v.bucket
}

resource "fovea_access_role" "r" {
  name   = %[1]q
  bucket = fovea_video_bucket.v.bucket
}
`, bucket))
	w.apply()
	for name, value := range map[string]string{
		"a later version": `{"version":2,"Differs":true,"Destroy":true,"Keep":true,"Later":["x"]}`,
		"another type":    `[{"attribute":"versioning"}]`,
	} {
		w.setPrivate(map[string]string{
			"pending": value, "plan": value, "passed_over": value, "supported": value, "found_instance_profile": value,
		})
		if output, code := w.terraform("plan", "-detailed-exitcode"); code != 0 {
			t.Errorf("%s: got exit code %d of the plan, want 0:\n%s", name, code, output)
		}
		if output, code := w.terraform("plan", "-detailed-exitcode", "-refresh=false"); code != 0 {
			t.Errorf("%s, without a refresh: got exit code %d of the plan, want 0:\n%s", name, code, output)
		}
	}
}

// setPrivate replaces the private state of all managed resources.
func (w *workspace) setPrivate(values map[string]string) {
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
	raw := map[string][]byte{}
	for key, value := range values {
		raw[key] = []byte(value)
	}
	private, err := json.Marshal(raw)
	if err != nil {
		w.t.Fatal(err)
	}
	changed := 0
	resources, _ := state["resources"].([]any)
	for _, r := range resources {
		instances, _ := r.(map[string]any)["instances"].([]any)
		for _, i := range instances {
			if instance, ok := i.(map[string]any); ok {
				instance["private"] = private // as base64
				changed++
			}
		}
	}
	if changed == 0 {
		w.t.Fatal("got no resources in the state, want some")
	}
	if text, err = json.Marshal(state); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		w.t.Fatal(err)
	}
}
