package examples

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// plannedBy runs plan.py with a stand-in for terraform, which plans what the document says
// and ends with the exit code.
func plannedBy(t *testing.T, document any, code int, args ...string) (printed, summary string, outputs map[string]string, exit int) {
	t.Helper()
	programs(t, "python3", "sh")
	dir := t.TempDir()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plan.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	stand := "#!/bin/sh\ncase $1 in\nplan) echo planned; [ " + strconv.Itoa(code) + " = 1 ] && echo 'Error: secret-of-an-error' >&2; exit " + strconv.Itoa(code) + ";;\nshow) cat " + filepath.Join(dir, "plan.json") + ";;\napply) echo applied;;\nesac\n"
	if err := os.WriteFile(filepath.Join(dir, "terraform"), []byte(stand), 0o700); err != nil {
		t.Fatal(err)
	}
	environ := []string{"PATH=" + interpreterPath(), "HOME=" + os.Getenv("HOME"), "GITHUB_ACTIONS=true", "TERRAFORM=" + filepath.Join(dir, "terraform"), "GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "step")}
	printed, exit = script(t, dir, "plan.py", environ, append([]string{"--summary", "summary", "--output", "outputs"}, args...)...)
	written, err := os.ReadFile(filepath.Join(dir, "summary"))
	if err != nil {
		t.Fatalf("%v; plan.py printed %s", err, printed)
	}
	outputs = map[string]string{}
	lines, _ := os.ReadFile(filepath.Join(dir, "outputs")) // a plan that failed has none
	for line := range strings.Lines(string(lines)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	return printed, string(written), outputs, exit
}

type object = map[string]any

// manifestChange is what a plan says of a manifest.
func manifestChange(address string, detected any, more object, actions ...string) object {
	change := object{"actions": actions, "after": object{"detected_changes": detected, "key": "secret-key"}}
	for name, value := range more {
		change[name] = value
	}
	return object{"address": address, "mode": "managed", "type": "fovea_manifest", "change": change}
}

func planOf(resources ...object) object { return object{"resource_changes": resources} }

func changeOf(address string, actions ...string) object {
	return object{"address": address, "mode": "managed", "type": "fovea_access_key", "change": object{"actions": actions, "after": object{"secret_access_key": "secret-value"}}}
}

// TestPlanSummary summarizes plans of every kind.
func TestPlanSummary(t *testing.T) {
	detected := func(added, removed, changed []string, counts ...int) object {
		return object{"added": added, "removed": removed, "changed": changed, "added_count": counts[0], "removed_count": counts[1], "changed_count": counts[2]}
	}
	manifest := "module.a[\"x\"].fovea_manifest.this"
	for name, tt := range map[string]struct {
		plan   object
		code   int
		review string
		want   []string
		not    []string
	}{
		"nothing": {planOf(changeOf("fovea_access_key.k", "no-op")), 0, "false", []string{"### Terraform plan: no changes"}, []string{"CAUTION"}},
		"only an output": {object{"output_changes": object{"o": object{"actions": []string{"update"}, "after": "secret-value"}}}, 2, "false",
			[]string{"### Terraform plan: only outputs change"}, nil},
		"videos": {planOf(manifestChange(manifest, detected([]string{"a.mp4"}, []string{"r.mp4"}, []string{"c.mp4"}, 30, 1, 1), nil, "update"), changeOf("fovea_access_key.k", "create")), 2, "true",
			[]string{"### Terraform plan: 1 to create, 1 to update", "> **1 video disappears from the list.**", "module.a[&quot;x&quot;].fovea_manifest.this: 30 added, 1 removed, 1 changed\n  - r.mp4\n  + a.mp4\n  + and 29 more\n  ~ c.mp4\n", "  + fovea_access_key.k\n"}, nil},
		"stale changes of a manifest that stays": {planOf(manifestChange(manifest, detected(nil, []string{"r.mp4"}, nil, 0, 1, 0), nil, "no-op")), 0, "false", []string{"no changes"}, []string{"r.mp4"}},
		"a destroy and a replacement": {planOf(changeOf("fovea_access_key.a", "delete"), changeOf("fovea_access_key.b", "create", "delete"), manifestChange(manifest, nil, nil, "delete")), 2, "true",
			[]string{"2 to destroy, 1 to replace", "> **Destroyed or replaced: 3 resources.**", "-/+ fovea_access_key.b\n", "the list is removed"}, nil},
		"changes that are not known": {planOf(manifestChange(manifest, nil, object{"after_unknown": object{"detected_changes": true}}, "update")), 2, "true", []string{"the changes are known after the apply"}, nil},
		"a new list that is not known": {planOf(manifestChange(manifest, nil, object{"after_unknown": object{"detected_changes": true}}, "create")), 2, "false",
			[]string{"1 to create", "the changes are known after the apply"}, nil},
		"changes that are sensitive": {planOf(manifestChange(manifest, detected([]string{"secret.mp4"}, nil, nil, 1, 0, 0), object{"after_sensitive": object{"detected_changes": object{"added": []bool{true}}}}, "update")), 2, "true",
			[]string{"the changes are sensitive"}, nil},
		"a forgotten and an imported resource": {planOf(changeOf("fovea_access_key.a", "forget"), object{"address": "fovea_video_bucket.b", "mode": "managed", "type": "fovea_video_bucket", "change": object{"actions": []string{"no-op"}, "importing": object{"id": "b"}}}), 2, "false",
			[]string{"1 to forget, 1 to import", "  < fovea_video_bucket.b\n"}, nil},
		"a list that is forgotten": {planOf(manifestChange(manifest, nil, nil, "forget")), 2, "false", []string{"1 to forget", "the list is no longer updated"}, nil},
		"a failure":                {planOf(), 1, "", []string{"### Terraform plan: failed"}, nil},
		"keys with markup": {planOf(manifestChange(manifest, detected([]string{"`@octocat`|x|.mp4", "</pre><img src=x onerror=alert(1)>.mp4", "line\n# heading\r\n\n@org/team.mp4", "rtl\u202e4pm.exe", "[x](http://a.example).mp4", strings.Repeat("é", 500)}, nil, nil, 6, 0, 0), nil, "update")), 2, "false",
			[]string{"  + `@octocat`|x|.mp4\n", "  + &lt;/pre&gt;&lt;img src=x onerror=alert(1)&gt;.mp4\n", `  + line\u000a# heading\u000d\u000a\u000a@org/team.mp4` + "\n", `  + rtl\u202e4pm.exe` + "\n", "  + [x](http://a.example).mp4\n", strings.Repeat("é", 200) + "...\n"}, []string{"</pre><img", "\u202e"}},
	} {
		t.Run(name, func(t *testing.T) {
			printed, summary, outputs, exit := plannedBy(t, tt.plan, tt.code)
			if want := tt.code % 2; exit != want {
				t.Errorf("exit code: got %d, want %d:\n%s", exit, want, printed)
			}
			if outputs["review"] != tt.review {
				t.Errorf("output review: got %q, want %q", outputs["review"], tt.review)
			}
			says(t, summary, append(tt.want, "<!-- terraform-plan default -->\n")...)
			for _, not := range append(tt.not, "secret") {
				if strings.Contains(summary, not) {
					t.Errorf("got %q, want no %q in it", summary, not)
				}
			}
			// All that comes from a plan is within <pre>, where GitHub sees no markup.
			outside, inside := "", false
			for line := range strings.Lines(summary) {
				switch {
				case line == "<pre>\n", line == "</pre>\n":
					inside = !inside
				case !inside:
					outside += line
				}
			}
			for _, not := range []string{"fovea_", "mp4", "@"} {
				if inside || strings.Contains(outside, not) {
					t.Errorf("%q is outside of <pre>: %q", not, outside)
				}
			}
		})
	}
}

// resourceChange is what a plan says of a resource of a bucket.
func resourceChange(kind, action, bucket string, more object) object {
	after := object{"bucket": bucket, "tags": object{"a": "secret-value"}}
	if bucket == "" {
		after = object{} // the name is known after the apply
	}
	for name, value := range more {
		after[name] = value
	}
	return object{"address": kind + ".this", "mode": "managed", "type": kind, "change": object{"actions": []string{action}, "before": object{"bucket": bucket}, "after": after}}
}

// TestPlanNeedsReview plans changes that can take videos or access away, and others.
func TestPlanNeedsReview(t *testing.T) {
	const caution, mark = "> **1 change can take videos or access away.**", " (can take videos or access away)\n"
	newBucket := func(name string) object { return resourceChange("fovea_video_bucket", "create", name, nil) }
	type test struct {
		plan object
		want bool
	}
	tests := map[string]test{
		"an update of metrics":                         {planOf(resourceChange("fovea_bucket_metrics", "update", "b", nil)), false},
		"an update of another provider":                {planOf(resourceChange("aws_s3_bucket_versioning", "update", "b", nil)), false},
		"CORS rules of an existing bucket":             {planOf(resourceChange("fovea_bucket_cors", "create", "b", nil)), false},
		"a new user":                                   {planOf(resourceChange("fovea_access_user", "create", "b", nil)), false},
		"lifecycle rules of an existing bucket":        {planOf(resourceChange("fovea_bucket_lifecycle", "create", "b", nil)), true},
		"a policy of an existing bucket":               {planOf(resourceChange("fovea_bucket_policy", "create", "b", nil)), true},
		"archive tiers of an existing bucket":          {planOf(newBucket("other"), resourceChange("fovea_bucket_intelligent_tiering", "create", "b", nil)), true},
		"lifecycle rules of a new bucket":              {planOf(newBucket("b"), resourceChange("fovea_bucket_lifecycle", "create", "b", nil)), false},
		"lifecycle rules of a new bucket with no name": {planOf(resourceChange("fovea_bucket_lifecycle", "create", "", nil), newBucket("")), false},
		"lifecycle rules of a bucket with no name":     {planOf(resourceChange("fovea_bucket_lifecycle", "create", "", nil)), true},
	}
	for _, kind := range []string{
		"fovea_video_bucket", "fovea_bucket_lifecycle", "fovea_bucket_policy", "fovea_bucket_replication", "fovea_bucket_intelligent_tiering",
		"fovea_bucket_cors", "fovea_access_user", "fovea_access_role", "fovea_access_key", "fovea_replication_role",
	} {
		tests["an update of "+kind] = test{planOf(resourceChange(kind, "update", "b", nil)), true}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, summary, outputs, _ := plannedBy(t, tt.plan, 2)
			if got, want := outputs["review"], strconv.FormatBool(tt.want); got != want {
				t.Errorf("output review: got %q, want %q", got, want)
			}
			if strings.Contains(summary, caution) != tt.want || strings.Contains(summary, mark) != tt.want || strings.Contains(summary, "secret") {
				t.Errorf("got the summary %q, want a caution: %v, and no value", summary, tt.want)
			}
		})
	}
}

// TestPlanLog finds what Terraform prints between commands that keep GitHub from taking a
// line of it for a command.
func TestPlanLog(t *testing.T) {
	printed, _, _, _ := plannedBy(t, planOf(changeOf("fovea_access_key.k", "create")), 2, "--apply")
	for _, want := range []string{"planned\n", "applied\n"} {
		before, after, found := strings.Cut(printed, want)
		_, token, stopped := strings.Cut(before, "::stop-commands::")
		if token = strings.TrimSpace(token); !found || !stopped || len(token) < 32 || !strings.HasPrefix(after, "\n::"+token+"::\n") {
			t.Fatalf("got %q, want %q between ::stop-commands:: and its token", printed, want)
		}
		printed = after
	}
}

// TestPlanSummaryFits summarizes a plan of more than GitHub takes for a comment.
func TestPlanSummaryFits(t *testing.T) {
	var resources []object
	for i := range 3000 {
		resources = append(resources, changeOf("module.a[\""+strconv.Itoa(i)+"\"].fovea_access_key.this", "create"))
	}
	_, summary, _, _ := plannedBy(t, planOf(resources...), 2)
	if len(summary) > 65_536 || !strings.Contains(summary, "more lines, which are in the log") {
		t.Errorf("the summary has %d characters, want at most 65,536 and a note of what is left out", len(summary))
	}
	says(t, summary, "### Terraform plan: 3000 to create", "</pre>\n\n</details>")
}

// TestPlanApplies applies a plan that removes nothing, and one that removes what was
// approved, and no other.
func TestPlanApplies(t *testing.T) {
	detected := object{"added_count": 0, "removed_count": 1, "removed": []string{"a.mp4"}}
	removing := planOf(manifestChange("fovea_manifest.m", detected, nil, "update"))
	_, _, outputs, _ := plannedBy(t, removing, 2)
	more := planOf(manifestChange("fovea_manifest.m", object{"removed_count": 2, "removed": []string{"a.mp4", "b.mp4"}}, nil, "update"))
	update := func(more object) object {
		return planOf(resourceChange("fovea_bucket_lifecycle", "update", "b", more))
	}
	_, _, updated, _ := plannedBy(t, update(object{"days": 30}), 2)
	for name, tt := range map[string]struct {
		plan     object
		code     int
		approved string
		exit     int
		applied  bool
	}{
		"nothing to do":          {planOf(), 0, "", 0, false},
		"nothing is removed":     {planOf(changeOf("fovea_access_key.k", "create")), 2, "", 0, true},
		"not approved":           {removing, 2, "", 1, false},
		"approved":               {removing, 2, outputs["digest"], 0, true},
		"something else":         {more, 2, outputs["digest"], 1, false},
		"the approved update":    {update(object{"days": 30}), 2, updated["digest"], 0, true},
		"another update":         {update(object{"days": 1}), 2, updated["digest"], 1, false},
		"a destroy":              {planOf(changeOf("fovea_access_key.k", "delete")), 2, "", 1, false},
		"a plan that has failed": {removing, 1, outputs["digest"], 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			printed, _, _, exit := plannedBy(t, tt.plan, tt.code, "--apply", "--approved", tt.approved)
			if exit != tt.exit || strings.Contains(printed, "applied\n") != tt.applied {
				t.Errorf("got exit code %d and %q, want %d and applied %v", exit, printed, tt.exit, tt.applied)
			}
		})
	}
}

// TestPullRequestComment posts a summary, updates it, and leaves a comment of somebody
// else with the same marker alone.
func TestPullRequestComment(t *testing.T) {
	programs(t, "python3")
	type comment struct {
		ID   int               `json:"id"`
		User map[string]string `json:"user"`
		Body string            `json:"body"`
	}
	var mu sync.Mutex
	var comments []*comment
	const marker = "<!-- terraform-plan default -->\n"
	for i := range 100 {
		comments = append(comments, &comment{i, map[string]string{"login": "somebody"}, marker + "mine"})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer token" {
			http.Error(w, "{}", http.StatusUnauthorized)
			return
		}
		var sent comment
		_ = json.NewDecoder(r.Body).Decode(&sent) // a GET has no body
		var answer any = object{}
		switch path := strings.TrimPrefix(r.URL.Path, "/repos/example/fovea/issues/"); {
		case r.Method == http.MethodGet && path == "7/comments":
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			answer = comments[min((page-1)*100, len(comments)):min(page*100, len(comments))]
		case r.Method == http.MethodPost && path == "7/comments":
			comments = append(comments, &comment{len(comments), map[string]string{"login": "github-actions[bot]"}, sent.Body})
		case r.Method == http.MethodPatch && strings.HasPrefix(path, "comments/"):
			id, _ := strconv.Atoi(strings.TrimPrefix(path, "comments/"))
			comments[id].Body = sent.Body
		default:
			http.Error(w, "{}", http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(answer) // the test sees what is missing
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	environ := []string{"PATH=" + interpreterPath(), "HOME=" + os.Getenv("HOME"), "GITHUB_API_URL=" + server.URL, "GITHUB_REPOSITORY=example/fovea", "GITHUB_TOKEN=token"}
	for _, text := range []string{"first", "second"} {
		if err := os.WriteFile(filepath.Join(dir, "plan.md"), []byte(marker+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if printed, code := script(t, dir, "pr_comment.py", environ, "plan.md", "7"); code != 0 {
			t.Fatalf("exit code of pr_comment.py: got %d, want 0:\n%s", code, printed)
		}
	}
	if len(comments) != 101 || comments[100].Body != marker+"second\n" || comments[0].Body != marker+"mine" {
		t.Errorf("got %d comments, the last one %q, want 101 and the second text", len(comments), comments[len(comments)-1].Body)
	}
}
