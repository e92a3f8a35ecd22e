package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestAccessKeysEnd has keys that are replaced, made inactive and destroyed: the plan, or
// for -replace the apply, says that they no longer work.
func TestAccessKeysEnd(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	name := acctest.Name(t)
	config := func(arguments string) string { return userBlock(name, "") + keyBlock(arguments) }
	w := newWorkspace(t, e, config(""))
	w.apply()
	the := func(end string) string {
		return "The access key " + idsOfKeys(t, e, name)[0] + " of the user " + name + " " + end
	}

	want := the("was replaced [access-key-ends]")
	w.saysNot(w.mustRun("plan", "-replace="+theKey), "[access-key-")
	w.says(w.apply("-replace="+theKey), want)

	w.configure(config(`rotation_triggers = { year = "2027" }`))
	want = the("will be replaced [access-key-replaced]")
	w.says(w.mustRun("plan"), want, "With create_before_destroy in the lifecycle block", "add a second fovea_access_key")
	w.says(w.apply(), want)

	w.configure(config("rotation_triggers = { year = \"2027\" }\nstatus = \"Inactive\""))
	want = the("will be inactive [access-key-ends]")
	w.says(w.mustRun("plan"), want)
	w.apply()

	// An inactive key has nobody left who could lose anything.
	w.configure(config("rotation_triggers = { year = \"2028\" }\nstatus = \"Inactive\""))
	w.saysNot(w.apply(), "[access-key-")
	w.configure(config(`rotation_triggers = { year = "2028" }`))
	w.saysNot(w.apply(), "[access-key-")
	w.unchanged()

	w.configure(userBlock(name, ""))
	want = the("will be deleted [access-key-ends]")
	w.says(w.mustRun("plan"), want)
	output := w.apply()
	w.says(output, want)
	w.saysNot(output, "was replaced")
}

// TestAccessKeyLimitAtApply rotates a key of a user that has another one: the plan says
// which is in the state, and the apply how to find out. The remedy works.
func TestAccessKeyLimitAtApply(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	name := acctest.Name(t)
	config := func(year string) string {
		return userBlock(name, "") + keyBlock(fmt.Sprintf("rotation_triggers = { year = %q }\nlifecycle {\n  create_before_destroy = true\n}", year))
	}
	w := newWorkspace(t, e, config("2026"))
	w.apply()
	inState := idsOfKeys(t, e, name)[0]
	left := leaveKey(t, e, name)

	w.configure(config("2027"))
	output := w.refused([]string{
		"The state has " + inState + " (Active, created 20", "The user also has " + left + " (Active, created 20",
		"with create_before_destroy the apply would end in LimitExceeded",
		"A user can have two access keys, and \"" + name + "\" has", inState + " (Active, created 20", left + " (Active, created 20",
		"`terraform state show` with the address of this resource prints the one that is in the state",
	}, "apply", "-auto-approve")
	if keys := idsOfKeys(t, e, name); len(keys) != 2 {
		t.Errorf("keys after the refused rotation: got %v, want %s and %s\n%s", keys, inState, left, output)
	}
	if shown := w.mustRun("state", "show", theKey); !strings.Contains(shown, inState) || strings.Contains(shown, left) {
		t.Errorf("the state: got this, want the key %s in it:\n%s", inState, shown)
	}
	deleteKey(t, e, name, left)
	w.apply()
	if keys := idsOfKeys(t, e, name); len(keys) != 1 || slices.Contains(keys, inState) {
		t.Errorf("keys after the rotation: got %v, want one that is not %s", keys, inState)
	}
	w.unchanged()
}

// TestTwoKeysInOnePlan rotates both keys of a user at once, in each order of destruction.
func TestTwoKeysInOnePlan(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	name := acctest.Name(t)
	config := func(year, lifecycle string) string {
		key := keyBlock(fmt.Sprintf("rotation_triggers = { year = %q }\nlifecycle {\n%s\n}", year, lifecycle))
		return userBlock(name, "") + key + strings.Replace(key, `"this"`, `"second"`, 1)
	}
	w := newWorkspace(t, e, config("2026", ""))
	w.apply()
	before := idsOfKeys(t, e, name)
	w.configure(config("2027", "create_before_destroy = true"))
	output := w.refused([]string{"which another resource manages. IAM allows two keys, so with create_before_destroy the apply would end in LimitExceeded"}, "apply", "-auto-approve")
	for _, id := range before {
		w.says(output, "The state has "+id)
	}
	w.configure(config("2027", ""))
	w.apply()
	w.unchanged()
	if keys := idsOfKeys(t, e, name); len(keys) != 2 || slices.Contains(keys, before[0]) || slices.Contains(keys, before[1]) {
		t.Errorf("keys: got %v, want two others than %v", keys, before)
	}
}
