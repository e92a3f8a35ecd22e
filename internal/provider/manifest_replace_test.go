//go:build unix

package provider_test

import (
	"slices"
	"strings"
	"testing"
)

const (
	createFirst = "  lifecycle {\n    create_before_destroy = true\n  }\n"
	interrupts  = "resource \"terraform_data\" \"after\" {\n  triggers_replace = [fovea_manifest.this.generated_at, \"%s\"]\n  provisioner \"local-exec\" {\n    command = \"%s\"\n  }\n}\n"
)

// TestManifestIsReplaced replaces a manifest by itself, in every way: it is there
// afterwards, and the next plan is empty.
func TestManifestIsReplaced(t *testing.T) {
	o := newManifestWorkspace(t, "a.mp4")
	for name, lifecycle := range map[string]string{"destroyed first": "", "created first": createFirst} {
		for _, way := range []string{"replace", "taint"} {
			t.Run(way+", "+name, func(t *testing.T) {
				o := o.in(t)
				o.configure(o.block("this", lifecycle))
				o.apply()
				var printed string
				if way == "taint" {
					o.mustRun("taint", theManifest)
					printed = o.apply()
				} else {
					printed = o.apply("-replace=" + theManifest)
				}
				o.says(printed, "1 added, 0 changed, 1 destroyed")
				if lifecycle != "" {
					o.says(printed, "was left in place [manifest-kept]")
				}
				o.settled()
			})
		}
	}
}

// TestManifestBlockIsRenamed renames the block with and without moved.
func TestManifestBlockIsRenamed(t *testing.T) {
	o := newManifestWorkspace(t, "a.mp4")
	moved := "moved {\n  from = fovea_manifest.this\n  to   = fovea_manifest.renamed\n}\n"
	o.configure(o.block("this", ""))
	o.apply()
	o.configure(o.block("renamed", ""))
	printed, code := o.terraform("apply", "-auto-approve")
	if code == 0 {
		o.says(printed, "[manifest-kept]")
	} else { // in the other order
		o.says(printed, "[manifest-managed-twice]", "add a moved block")
		o.configure(o.block("renamed", "") + moved)
		o.apply()
	}
	o.settled()

	o.configure(o.block("this", "") + "moved {\n  from = fovea_manifest.renamed\n  to   = fovea_manifest.this\n}\n")
	o.saysNot(o.apply(), "manifest-")
	o.settled()
}

// TestManifestKilledBetweenCreateAndDestroy kills the CLI when the new manifest is in
// the state and the old one is deposed.
func TestManifestKilledBetweenCreateAndDestroy(t *testing.T) {
	o := newManifestWorkspace(t, "a.mp4")
	after := func(run, command string) string {
		return strings.NewReplacer("%s\"]", run+"\"]", "\"%s\"", "\""+command+"\"").Replace(interrupts)
	}
	o.configure(o.block("this", createFirst) + after("0", "true"))
	o.apply()
	o.configure(o.block("this", createFirst) + after("1", "kill -9 $PPID"))
	if printed, code := o.terraform("apply", "-auto-approve", "-replace="+theManifest); code == 0 {
		t.Fatalf("got exit code 0, want the apply to be killed:\n%s", printed)
	}
	if state := o.mustRun("state", "pull"); !strings.Contains(state, `"deposed"`) {
		t.Fatalf("got no deposed object, so that nothing is proven: %s", state)
	}
	o.configure(o.block("this", createFirst))
	printed, code := o.terraform("apply", "-auto-approve")
	if code != 1 {
		t.Fatalf("got exit code %d, want a refusal:\n%s", code, printed)
	}
	o.says(printed, "is in the state twice, and one of the two is destroyed [manifest-managed-twice]", `Run "terraform state rm"`, "the ID "+o.bucket+"/manifest.json.")
	o.mustRun("state", "rm", theManifest)
	o.mustRun("import", theManifest, o.bucket+"/manifest.json")
	o.apply()
	o.settled()
}

// TestManifestOfTwoBlocks refuses two resources for one manifest.
func TestManifestOfTwoBlocks(t *testing.T) {
	o := newManifestWorkspace(t, "a.mp4")
	o.configure(o.block("this", "") + o.block("that", ""))
	printed, code := o.terraform("apply", "-auto-approve")
	if code != 1 {
		t.Errorf("got exit code %d, want 1", code)
	}
	o.says(printed, "is managed by two resources [manifest-managed-twice]", "-refresh=false")
	o.configure(o.block("this", ""))
	o.apply()
	o.settled()
	o.configure(o.block("this", "") + o.block("that", ""))
	printed, _ = o.terraform("plan")
	o.says(printed, "is managed by two resources [manifest-managed-twice]")
	o.configure(o.block("this", ""))
	o.settled()
}

// TestManifestsExchangeTheirKeys lets one resource take the key that another leaves.
func TestManifestsExchangeTheirKeys(t *testing.T) {
	o := newManifestWorkspace(t, "a.mp4")
	config := func(one, other string) string {
		return o.block("this", "  key = \""+one+"\"") + o.block("that", "  key = \""+other+"\"")
	}
	o.configure(config("manifest.json", "b.json"))
	o.apply()
	o.configure(config("b.json", "manifest.json"))
	o.apply()
	o.settled()
	if keys := o.list(""); !slices.Equal(keys, []string{"a.mp4", "b.json", "manifest.json"}) {
		t.Errorf("got %q, want both manifests and the video", keys)
	}
}
