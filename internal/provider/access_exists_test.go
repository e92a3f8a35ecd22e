package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// principalBlocks has one of each resource that stands for a user or a role, with its
// kind, name and default policy_name.
func principalBlocks(name string) map[string]struct {
	kind, name, policyName string
	block                  func(name, arguments string) string
} {
	type block = struct {
		kind, name, policyName string
		block                  func(name, arguments string) string
	}
	of := func(resource, arguments string) func(name, more string) string {
		return func(name, more string) string {
			return fmt.Sprintf("resource %q \"app\" {\n  name = %q\n%s\n%s\n}\n", resource, name, arguments, more)
		}
	}
	return map[string]block{
		"fovea_access_user":      {"user", name, "FOVEAVideoAccess", of("fovea_access_user", `bucket = "videos"`)},
		"fovea_access_role":      {"role", name + "-ec2", "FOVEAVideoAccess", of("fovea_access_role", `bucket = "videos"`)},
		"fovea_replication_role": {"role", name + "-s3", "FOVEAReplication", of("fovea_replication_role", "source_bucket_arn = \"arn:aws:s3:::videos\"\ndestination_bucket_arns = [\"arn:aws:s3:::backup\"]")},
	}
}

// iamWrites counts the requests to IAM that change something.
func iamWrites(e *acctest.Env) int {
	n := 0
	for _, entry := range e.Fake.Requests().Entries() {
		if entry.Service == "iam" && !strings.HasPrefix(entry.Operation, "Get") && !strings.HasPrefix(entry.Operation, "List") && entry.Status < 300 {
			n++
		}
	}
	return n
}

// TestPrincipalsAreImported has a user and roles that exist and are in no state.
func TestPrincipalsAreImported(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	name := acctest.Name(t)
	blocks := principalBlocks(name)
	var config, imports string
	var exists []string
	for resource, b := range blocks {
		config += b.block(b.name, "")
		imports += fmt.Sprintf("import {\n  to = %s.app\n  id = %q\n}\n", resource, b.name)
		exists = append(exists, fmt.Sprintf("The %s %s exists already [principal-exists]", b.kind, b.name))
	}
	makeUser(t, e, name)
	makeRole(t, e, name+"-ec2", "ec2.amazonaws.com")
	makeRole(t, e, name+"-s3", "s3.amazonaws.com")
	e.Fake.Requests().Reset()

	w := newWorkspace(t, e, config)
	output := w.mustRun("plan")
	w.says(output, append(exists, "the apply will refuse to take it over", fmt.Sprintf("import { to = fovea_access_user.NAME id = %q }", name))...)
	w.says(w.refused(exists, "apply", "-auto-approve"), "terraform import ADDRESS "+name)
	w.refused(exists, "apply", "-auto-approve", "-target=fovea_access_user.app", "-target=fovea_access_role.app", "-target=fovea_replication_role.app", "-refresh=false")
	if n := iamWrites(e); n != 0 {
		t.Errorf("requests that change IAM: got %d, want 0", n)
	}
	w.mustRun("destroy", "-auto-approve") // is not blocked

	w.configure(config + imports)
	w.apply()
	w.unchanged()
	w.configure("")
	w.apply() // of no block: the test deletes the roles
	makeRoleAgain(t, e, name+"-ec2", name+"-s3")
}

// makeRoleAgain gives the clean-up of makeRole something to delete.
func makeRoleAgain(t *testing.T, e *acctest.Env, names ...string) {
	t.Helper()
	for _, name := range names {
		trust := ec2Trust
		if _, err := e.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestInlinePoliciesAreNotOverwritten gives the inline policy the name of another one.
func TestInlinePoliciesAreNotOverwritten(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the policies are compared in plain text")
	name := acctest.Name(t)
	blocks := principalBlocks(name)
	configure := func(arguments string) string {
		var config string
		for _, b := range blocks {
			config += b.block(b.name, arguments)
		}
		return config
	}
	w := newWorkspace(t, e, configure(""))
	w.apply()
	const theirs = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::theirs/*"}]}`
	put := func(document string) {
		for _, b := range blocks {
			putInlinePolicy(t, e, b.kind, b.name, "Theirs", document)
		}
	}
	put(theirs)
	var exists []string
	for _, b := range blocks {
		exists = append(exists, fmt.Sprintf("The %s %s has another inline policy Theirs [inline-policy-exists]", b.kind, b.name))
	}
	w.configure(configure("policy_name = \"Theirs\"\ntags = { team = \"video\" }"))
	w.says(w.mustRun("plan"), append(exists, "The apply will refuse to overwrite it. Choose another policy_name")...)
	for _, options := range [][]string{nil, {"-refresh=false"}} {
		e.Fake.Requests().Reset()
		w.refused(append(exists, "Nothing was changed"), append([]string{"apply", "-auto-approve"}, options...)...)
		if n := iamWrites(e); n != 0 {
			t.Errorf("requests that change IAM, with %q: got %d, want 0", options, n)
		}
	}
	for _, b := range blocks {
		if text, _ := policyText(t, e, b.kind, b.name, "Theirs"); !strings.Contains(text, "theirs") {
			t.Errorf("the policy Theirs of the %s %s: got %s, want what it was", b.kind, b.name, text)
		}
		holdsPolicy(t, e, b.kind, b.name, b.policyName)
	}

	// What equals the plan is taken over.
	for _, b := range blocks {
		own, err := policyText(t, e, b.kind, b.name, b.policyName)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := iampolicy.Decode(own)
		if err != nil {
			t.Fatal(err)
		}
		putInlinePolicy(t, e, b.kind, b.name, "Theirs", plain)
	}
	w.saysNot(w.apply(), "[inline-policy-exists]")
	w.unchanged()
	for _, b := range blocks {
		if _, err := policyText(t, e, b.kind, b.name, b.policyName); err == nil {
			t.Errorf("the policy %s of the %s %s: got it, want it deleted", b.policyName, b.kind, b.name)
		}
	}
	w.mustRun("destroy", "-auto-approve")
}

// TestPolicyRenamedInAFailedApply renames the policy in an apply that then fails, and
// changes it in the next one: the policy that was written is no other one.
func TestPolicyRenamedInAFailedApply(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	blocks := principalBlocks(name)
	delete(blocks, "fovea_replication_role")
	configure := func(arguments string) string {
		var config string
		for _, b := range blocks {
			config += b.block(b.name, arguments)
		}
		return config
	}
	w := newWorkspace(t, e, configure(""))
	w.apply()
	lift := []func(){e.Fake.Inject(refusal("TagUser")), e.Fake.Inject(refusal("TagRole"))}
	w.configure(configure("policy_name = \"Videos\"\ntags = { team = \"video\" }"))
	w.refused([]string{"Could not change the user " + name, "Could not change the role " + name + "-ec2"}, "apply", "-auto-approve")
	for _, f := range lift {
		f()
	}
	w.configure(configure("policy_name = \"Videos\"\naccess = \"upload\"\ntags = { team = \"video\" }"))
	w.saysNot(w.apply(), "[inline-policy-exists]", "-lost]")
	w.unchanged()
}

// TestTakenNames gives roles and users that are in the state the names of others.
func TestTakenNames(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	name := acctest.Name(t)
	blocks := principalBlocks(name)
	configure := func(suffix, arguments string) string {
		var config string
		for _, b := range blocks {
			config += b.block(b.name+suffix, arguments)
		}
		return config
	}
	w := newWorkspace(t, e, configure("", ""))
	w.apply()
	makeUser(t, e, name+"-b")
	makeRole(t, e, name+"-ec2-b", "ec2.amazonaws.com")
	makeRole(t, e, name+"-s3-b", "s3.amazonaws.com")

	w.configure(configure("-b", "policy_name = \"Videos\""))
	for _, options := range [][]string{nil, {"-refresh=false"}} {
		e.Fake.Requests().Reset()
		output := w.refused([]string{
			"The role " + name + "-ec2-b exists already [principal-exists]", "The role " + name + "-s3-b exists already [principal-exists]",
			"The apply would destroy the role " + name + "-ec2 first",
		}, append([]string{"apply", "-auto-approve"}, options...)...)
		w.says(output, "The user "+name+"-b exists already [principal-exists]", "The apply will refuse to rename the user "+name+" to "+name+"-b")
		w.refused([]string{"The user " + name + "-b exists already [principal-exists]", "nothing else was changed"},
			append([]string{"apply", "-auto-approve", "-target=fovea_access_user.app"}, options...)...)
		if n := iamWrites(e); n != 0 {
			t.Errorf("requests that change IAM, with %q: got %d, want 0", options, n)
		}
	}
	w.configure(configure("", ""))
	w.unchanged()
}

// TestRenamedToATakenNameKeepsItsKey has a key whose user cannot be renamed: the key is
// not replaced for that.
func TestRenamedToATakenNameKeepsItsKey(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	name := acctest.Name(t)
	w := newWorkspace(t, e, userBlock(name, "")+keyBlock(""))
	w.apply()
	makeUser(t, e, name+"-b")
	w.configure(userBlock(name+"-b", "") + keyBlock(""))
	e.Fake.Requests().Reset()
	w.saysNot(w.refused([]string{"The user " + name + "-b exists already [principal-exists]"}, "apply", "-auto-approve"), "[access-key-replaced]")
	if n := iamWrites(e); n != 0 {
		t.Errorf("requests that change IAM: got %d, want 0", n)
	}
	deleteUser(t, e, name+"-b")
	w.apply()
	w.unchanged()
}

// TestTwoUsersGetOneName plans names that another user of the run has, gets or loses.
func TestTwoUsersGetOneName(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	name := acctest.Name(t)
	user := func(label, suffix string) string {
		return fmt.Sprintf("resource \"fovea_access_user\" %q {\n  name   = \"%s%s\"\n  bucket = \"videos\"\n}\n", label, name, suffix)
	}
	blocks := principalBlocks(name)
	roles := blocks["fovea_access_role"].block(name+"-r", "") + blocks["fovea_replication_role"].block(name+"-r", "")
	w := newWorkspace(t, e, user("a", "-a")+user("b", "-b"))
	w.apply()
	twice := "[principal-managed-twice]"
	for config, want := range map[string]string{
		user("a", "-a") + user("b", "-b") + roles:             "The role " + name + "-r is managed by two resources " + twice, // of two types
		user("a", "-b") + user("b", "-b"):                     "The user " + name + "-b is managed by two resources " + twice, // renamed to the name of one that stays
		user("a", "-c") + user("b", "-c"):                     "The user " + name + "-c is managed by two resources " + twice, // both renamed
		user("a", "-c") + user("b", "-b") + user("new", "-c"): "The user " + name + "-c is managed by two resources " + twice, // renamed, and a new one
		user("a", "-b"): "The user " + name + "-b is created and destroyed by one plan " + twice, // renamed to one that goes
		user("x", "-x") + user("y", "-x") + user("a", "-a") + user("b", "-b"): "The user " + name + "-x is managed by two resources " + twice,
	} {
		w.configure(config)
		w.refused([]string{want}, "plan")
		w.refused([]string{want}, "plan", "-refresh=false")
	}
	// A swap is refused by the apply at the latest, and both users stay as they are.
	w.configure(user("a", "-b") + user("b", "-a"))
	w.refused([]string{"exists already [principal-exists]"}, "apply", "-auto-approve")
	w.configure(user("a", "-a") + user("b", "-b"))
	w.unchanged()
	// In this order it works.
	w.configure(strings.Replace(user("a", "-b"), "bucket", "depends_on = [fovea_access_user.b]\nbucket", 1) + user("b", "-c"))
	w.apply()
	w.unchanged()
}

// TestAppliesLookOnce counts the looks at what exists: the plan looks, and an apply that
// has written something does not look again.
func TestAppliesLookOnce(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	name := acctest.Name(t)
	bucket := bareBucket(t, e)
	var config strings.Builder
	fmt.Fprintf(&config, "resource \"fovea_bucket_metrics\" \"first\" {\n  bucket = %q\n}\n", bucket)
	fmt.Fprintf(&config, "resource \"fovea_bucket_cors\" \"then\" {\n  bucket     = %q\n  rules      = [{ allowed_origins = [\"https://fovea.example.com\"] }]\n  depends_on = [fovea_bucket_metrics.first]\n}\n", bucket)
	for _, b := range principalBlocks(name) {
		config.WriteString(b.block(b.name, "depends_on = [fovea_bucket_metrics.first]"))
	}
	w := newWorkspace(t, e, config.String())
	e.Fake.Requests().Reset()
	w.apply()
	counts := e.Fake.Requests().Counts()
	for operation, want := range map[string]int{
		"GetUser":       1, // in the plan
		"GetRole":       2, // likewise, of two roles
		"GetBucketCors": 3, // in the plan, before the write, and after it
	} {
		if counts[operation] != want {
			t.Errorf("requests of %s: got %d, want %d", operation, counts[operation], want)
		}
	}
}

func putInlinePolicy(t *testing.T, e *acctest.Env, kind, holder, name, document string) {
	t.Helper()
	if kind == "user" {
		putPolicy(t, e, holder, name, document)
		return
	}
	if _, err := e.IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &holder, PolicyName: &name, PolicyDocument: &document}); err != nil {
		t.Fatal(err)
	}
}
