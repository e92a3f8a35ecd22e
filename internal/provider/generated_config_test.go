package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// foreign is something that another tool has made, and what an import of it plans.
type foreign struct {
	kind string
	// make makes it under a name that nothing else has, and returns the import ID.
	make func(m maker, name string) (id string)
	// changes are the attributes that the plan of the generated configuration changes,
	// in place; none for an empty plan.
	changes []string
}

// TestGeneratedConfig imports what other tools have made, with a configuration that
// Terraform writes itself: the plan has no errors and changes what is expected, and
// the plan after its apply is empty. Every kind of resource has a case.
func TestGeneratedConfig(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers lack some of what is imported")
	cases := foreignObjects()
	for _, kind := range resourceKinds(t) {
		if !slices.ContainsFunc(slices.Collect(maps.Values(cases)), func(f foreign) bool { return f.kind == kind }) {
			t.Errorf("%s is not imported with a generated configuration", kind)
		}
	}
	run, show := cliIn(t, e)
	imports := ""
	for _, label := range slices.Sorted(maps.Keys(cases)) {
		c := cases[label]
		id := c.make(maker{t, e}, "fovea-"+strings.ReplaceAll(label, "_", "-"))
		imports += fmt.Sprintf("import {\n  to = %s.%s\n  id = %q\n}\n", c.kind, label, id)
	}
	run.write("main.tf", versionedProvider(e)+imports)
	run.cli("init")
	run.cli("plan", "-generate-config-out=generated.tf")
	run.cli("plan", "-out=planned") // Terraform cannot apply a plan that it has generated a configuration for
	for label, c := range cases {
		change := show()[c.kind+"."+label]
		if change == nil {
			t.Errorf("%s is not in the plan", label)
			continue
		}
		if change.Change.Importing == nil {
			t.Errorf("%s: the plan does not import it: %s", label, change.Change.Actions)
		}
		switch got := changedBy(change); {
		case len(c.changes) == 0 && !change.Change.Actions.NoOp():
			t.Errorf("%s: the plan has %s of %v: %v -> %v, want no changes", label, change.Change.Actions, got, change.Change.Before, change.Change.After)
		case len(c.changes) > 0 && (!change.Change.Actions.Update() || !slices.Equal(got, c.changes)):
			t.Errorf("%s: the plan has %s of %v, want an update of %v", label, change.Change.Actions, got, c.changes)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	run.cli("apply", "planned")
	run.cli("plan", "-out=planned")
	for address, change := range show() {
		if !change.Change.Actions.NoOp() {
			t.Errorf("the second plan has %s of %s: %v -> %v", change.Change.Actions, address, change.Change.Before, change.Change.After)
		}
	}
	lonely := cliFolder{t, run.session, t.TempDir()}
	lonely.importsLonelyUser(e)
}

// importsLonelyUser imports a user without a policy. Nobody can tell which bucket it
// is for, so the plan ends with an error, and with a warning that says what to do.
func (f cliFolder) importsLonelyUser(e *acctest.Env) {
	f.t.Helper()
	name := acctest.Name(f.t)
	if _, err := e.IAM.CreateUser(f.t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
		f.t.Fatal(err)
	}
	f.write("main.tf", versionedProvider(e)+fmt.Sprintf("import {\n  to = fovea_access_user.lonely\n  id = %q\n}\n", name))
	f.cli("init")
	_, err := f.session.Run(f.t.Context(), f.dir, "plan", "-generate-config-out=generated.tf")
	want := inOrder("Warning: The bucket of the user "+name+" is not known [import-incomplete]", "Set bucket in the configuration")
	if err == nil || !want.MatchString(err.Error()) {
		f.t.Errorf("got %v, want an error with %s", err, want)
	}
}

// cliFolder is a folder in which a test runs the real CLI.
type cliFolder struct {
	t       *testing.T
	session *tfcli.Session
	dir     string
}

// cliIn gives a folder, and a function that reads what the plan in the file planned
// does, by address.
func cliIn(t *testing.T, e *acctest.Env) (cliFolder, func() map[string]*tfjson.ResourceChange) {
	t.Helper()
	cli, err := tfcli.Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	session, err := tfcli.NewSession(t.Context(), cli, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range e.Environ() {
		session.Setenv(name, value)
	}
	f := cliFolder{t, session, t.TempDir()}
	return f, func() map[string]*tfjson.ResourceChange {
		t.Helper()
		var plan tfjson.Plan
		if err := plan.UnmarshalJSON([]byte(f.cli("show", "-json", "planned"))); err != nil {
			t.Fatal(err)
		}
		changes := map[string]*tfjson.ResourceChange{}
		for _, r := range plan.ResourceChanges {
			changes[r.Address] = r
		}
		return changes
	}
}

func (f cliFolder) cli(args ...string) string {
	f.t.Helper()
	out, err := f.session.Run(f.t.Context(), f.dir, args...)
	if err != nil {
		if text, readErr := os.ReadFile(filepath.Join(f.dir, "generated.tf")); readErr == nil {
			f.t.Logf("generated.tf:\n%s", text)
		}
		f.t.Fatal(err)
	}
	return out
}

func (f cliFolder) write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// versionedProvider is the provider block with the requirement that the CLI reads it
// from a mirror by.
func versionedProvider(e *acctest.Env) string {
	return "terraform {\n  required_providers {\n    fovea = {\n      source = \"parafovea/fovea\"\n    }\n  }\n}\n" + e.Config("")
}
