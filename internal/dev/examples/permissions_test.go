package examples

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// runner is an IAM user that Terraform runs as, in a folder.
type runner struct {
	*folder
	e        *acctest.Env
	user     string
	provider string // an override of the provider block with the user's key
}

// newRunner makes a user that may do what the policy allows, and nothing else.
func newRunner(t *testing.T, e *acctest.Env, f *folder, user string, grant iampolicy.ProviderGrant, access iampolicy.Access) *runner {
	t.Helper()
	document, err := grant.Policy(access)
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &user}); err != nil {
		t.Fatal(err)
	}
	policy, err := e.IAM.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: &user, PolicyDocument: &text})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.IAM.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: policy.Policy.Arn}); err != nil {
		t.Fatal(err)
	}
	key, err := e.IAM.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &user})
	if err != nil {
		t.Fatal(err)
	}
	root := e.Fake.Root()
	return &runner{f, e, user, strings.NewReplacer(root.AccessKeyID, *key.AccessKey.AccessKeyId, root.SecretAccessKey, *key.AccessKey.SecretAccessKey).Replace(regional(e))}
}

// as makes Terraform run as the user.
func (r *runner) as(t *testing.T) *runner {
	t.Helper()
	r.write(t, "test_override.tf", r.provider)
	return r
}

// deny takes actions from the user; none gives all back.
func (r *runner) deny(t *testing.T, actions []string) {
	t.Helper()
	name := "denied"
	if len(actions) == 0 {
		if _, err := r.e.IAM.DeleteUserPolicy(t.Context(), &iam.DeleteUserPolicyInput{UserName: &r.user, PolicyName: &name}); err != nil {
			t.Fatal(err)
		}
		return
	}
	document := iampolicy.Document{Version: iampolicy.Version, Statements: []iampolicy.Statement{{Effect: "Deny", Actions: actions, Resources: []string{"*"}}}}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.e.IAM.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &r.user, PolicyName: &name, PolicyDocument: &text}); err != nil {
		t.Fatal(err)
	}
}

// ofHEAD are the actions that are denied to HEAD requests, whose answers name none.
var ofHEAD = []string{"s3:ListBucket", "s3:GetObject"}

// ofImports are the actions that a plan needs to import something.
var ofImports = []string{"iam:ListUserPolicies", "iam:ListRolePolicies", "iam:ListInstanceProfilesForRole"}

var deniedAction = regexp.MustCompile(`not authorized to perform: ([a-z0-9]+:[A-Za-z]+)`)

// errorsOf are the errors in what a command with -json printed.
func errorsOf(output string) string {
	var found strings.Builder
	for line := range strings.Lines(output) {
		var message struct {
			Diagnostic struct{ Severity, Summary, Detail string }
		}
		if json.Unmarshal([]byte(line), &message) == nil && message.Diagnostic.Severity == "error" {
			found.WriteString(message.Diagnostic.Summary + "\n" + message.Diagnostic.Detail + "\n")
		}
	}
	return found.String()
}

// needs runs a command, which must have -json, until it succeeds. All the actions are
// denied at first; those that an error names are given back before the next run. It
// fails the test for each action that no error named: the command does without it.
func (r *runner) needs(t *testing.T, actions []string, args ...string) {
	t.Helper()
	r.as(t)
	denied := slices.Compact(slices.Sorted(slices.Values(actions)))
	for round := 1; ; round++ {
		r.deny(t, denied)
		output, err := r.session.Run(t.Context(), r.dir, args...)
		if err == nil {
			break
		}
		failures := errorsOf(err.Error() + output)
		named := map[string]bool{}
		for _, match := range deniedAction.FindAllStringSubmatch(failures, -1) {
			named[match[1]] = true
		}
		left := slices.DeleteFunc(slices.Clone(denied), func(action string) bool { return named[action] })
		t.Logf("terraform %s, round %d: %q", strings.Join(args, " "), round, slices.Sorted(maps.Keys(named)))
		if len(left) == len(denied) {
			t.Fatalf("terraform %s fails, and names none of the denied actions %q:\n%s", strings.Join(args, " "), denied, failures)
		}
		if denied = left; len(denied) == 0 {
			r.deny(t, nil)
			r.run(t, args...)
			return
		}
	}
	for _, action := range denied {
		t.Errorf("terraform %s does without %s, which is listed as required", strings.Join(args, " "), action)
	}
	r.deny(t, nil)
}

// actionsOf are the required actions that satisfy the condition.
func actionsOf(wanted func(iampolicy.Permission) bool) []string {
	var actions []string
	for _, p := range iampolicy.ProviderPermissions() {
		if wanted(p) {
			actions = append(actions, p.Action)
		}
	}
	return actions
}

// TestPermissions plans, applies, changes, imports and destroys the complete module with
// exactly the required permissions, and shows that each of them is required.
func TestPermissions(t *testing.T) {
	e := fake(t, "other servers do not enforce identity policies")
	provider := "https://token.actions.githubusercontent.com"
	oidc, err := e.IAM.CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{Url: &provider, ClientIDList: []string{"sts.amazonaws.com"}})
	if err != nil {
		t.Fatal(err)
	}
	arguments := map[string]any{
		"name_prefix": "fovea-test", "frontend_urls": []string{"https://fovea.example.com"}, "iam_path": "/fovea/", "deny_insecure_transport": true,
		"tags":        map[string]string{"environment": "test", "team": "vision"},
		"access_user": map[string]any{"rotation_triggers": map[string]string{"quarter": "1"}}, "ec2_role": map[string]any{},
		"github_role": map[string]any{"oidc_provider_arn": *oidc.OpenIDConnectProviderArn, "subjects": []string{"repo:yourcompany/videos:ref:refs/heads/main"}},
		"logs":        map[string]any{}, "metrics": map[string]any{}, "lifecycle_rules": map[string]any{"raw_footage": map[string]any{}},
		"inventory": map[string]any{}, "backup": map[string]any{"region": "us-west-2"}, "manifest": map[string]any{"snapshots": map[string]any{}},
	}
	f := copyFolder(t, storageModule, regional(e), nil)
	configure := func(changes map[string]any) {
		t.Helper()
		maps.Copy(arguments, changes)
		text, err := json.Marshal(arguments)
		if err != nil {
			t.Fatal(err)
		}
		f.write(t, "test.auto.tfvars.json", string(text))
	}
	configure(nil)
	f.run(t, "init")
	grant := iampolicy.ProviderGrant{
		AccountID: "123456789012", ManifestKey: "manifest.json", Snapshots: "manifests/", Principals: []string{"fovea/fovea-test*"},
		Buckets: []string{"fovea-test-videos", "fovea-test-logs", "fovea-test-inventory", "fovea-test-backup"},
	}
	planner := newRunner(t, e, f, "planner", grant, iampolicy.Plan)
	operator := newRunner(t, e, f, "operator", grant, iampolicy.Apply)
	grant.Empty = true
	remover := newRunner(t, e, f, "remover", grant, iampolicy.Apply)

	writes := func(p iampolicy.Permission) bool { return p.Apply && !p.Empties }
	destroys := regexp.MustCompile(`:(Delete|Remove|List)`)
	changes := regexp.MustCompile(`:(Untag|UpdateAssumeRolePolicy|DeleteAccessKey)`)
	destroysOnly := func(action string) bool { return destroys.MatchString(action) && !changes.MatchString(action) }

	planner.as(t).run(t, "plan") // of nothing
	operator.needs(t, actionsOf(func(p iampolicy.Permission) bool {
		return writes(p) && !destroysOnly(p.Action) && !changes.MatchString(p.Action)
	}), "apply", "-auto-approve", "-json")
	planner.as(t).planIsEmpty(t)

	upload(t, e.S3, "fovea-test-videos", "intro.mp4")
	planner.needs(t, actionsOf(func(p iampolicy.Permission) bool {
		return !p.Apply && !slices.Contains(ofHEAD, p.Action) && !slices.Contains(ofImports, p.Action)
	}), "plan", "-json")
	for _, action := range ofHEAD {
		planner.deny(t, []string{action})
		if output, err := f.session.Run(t.Context(), f.dir, "plan", "-json"); err == nil || !strings.Contains(errorsOf(err.Error()), "lack a permission") {
			t.Errorf("terraform plan without %s: got %v and %s, want an error about a permission", action, err, output)
		}
		planner.deny(t, nil)
	}
	if printed, changed := planner.as(t).plan(t); !changed || !strings.Contains(printed, "intro.mp4") {
		t.Errorf("the plan after an upload: got %s, want the new video", printed)
	}

	configure(map[string]any{
		"tags":        map[string]string{"environment": "production"},
		"access_user": map[string]any{"rotation_triggers": map[string]string{"quarter": "2"}},
		"github_role": map[string]any{"oidc_provider_arn": *oidc.OpenIDConnectProviderArn, "subjects": []string{"repo:yourcompany/films:ref:refs/heads/main"}},
	})
	operator.needs(t, actionsOf(func(p iampolicy.Permission) bool { return writes(p) && changes.MatchString(p.Action) }), "apply", "-auto-approve", "-json")
	planner.as(t).planIsEmpty(t)
	importAgain(t, planner, operator)

	configure(map[string]any{"force_destroy": true})
	operator.as(t).run(t, "apply", "-auto-approve")
	remover.needs(t, actionsOf(func(p iampolicy.Permission) bool {
		return p.Apply && (p.Empties || destroysOnly(p.Action) || p.Action == "iam:DeleteAccessKey") || slices.Contains([]string{"iam:ListRolePolicies", "iam:ListInstanceProfilesForRole"}, p.Action)
	}), "destroy", "-auto-approve", "-json")
	nothingLeft(t, e)
}

// importAgain takes everything but the access key out of the state, and imports it.
func importAgain(t *testing.T, planner, r *runner) {
	t.Helper()
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address, Mode string
					Values        struct{ ID string }
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(r.as(t).run(t, "show", "-json")), &state); err != nil {
		t.Fatal(err)
	}
	var blocks strings.Builder
	remove := []string{"state", "rm"}
	for _, resource := range state.Values.RootModule.Resources {
		if resource.Mode != "managed" || strings.HasPrefix(resource.Address, "fovea_access_key.") {
			continue
		}
		remove = append(remove, resource.Address)
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", resource.Address, resource.Values.ID)
	}
	r.run(t, remove...)
	r.write(t, "imports.tf", blocks.String())
	planner.needs(t, ofImports, "plan", "-json")
	want := regexp.MustCompile(fmt.Sprintf(`Resources: %d imported, 0 added, \d changed, 0 destroyed`, len(remove)-2))
	if printed := r.as(t).run(t, "apply", "-auto-approve"); !want.MatchString(printed) {
		t.Errorf("the import: got %s, want a match of %s", printed, want)
	}
	r.write(t, "imports.tf", "")
}

// TestPermissionsOfALargeManifest publishes a manifest of more than 64 MiB, which is
// uploaded in parts.
func TestPermissionsOfALargeManifest(t *testing.T) {
	e := fake(t, "the keys are generated")
	const bucket, key = "fovea-test-large", "manifest.list"
	if err := e.Fake.AddSyntheticBucket(bucket, fakeaws.Synthetic{Keys: 450_000}); err != nil {
		t.Fatal(err)
	}
	f := copyFolder(t, storageModule, regional(e), map[string]any{
		"name_prefix": "fovea-test", "create_bucket": false, "bucket_name": bucket, "region": "us-east-1", "bucket_policy": false, "frontend_urls": []string{},
		"manifest": map[string]any{"key": key, "detail": "full", "suffixes": []string{".mp4", ".json"}},
	})
	f.run(t, "init")
	operator := newRunner(t, e, f, "operator", iampolicy.ProviderGrant{AccountID: "123456789012", Buckets: []string{bucket}, ManifestKey: key, Principals: []string{"*"}}, iampolicy.Apply)

	operator.as(t).run(t, "apply", "-auto-approve")

	head, err := e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(*head.ETag, "-") {
		t.Errorf("etag of the manifest: got %s, want that of an upload in parts", *head.ETag)
	}
	operator.as(t).run(t, "destroy", "-auto-approve")
}
