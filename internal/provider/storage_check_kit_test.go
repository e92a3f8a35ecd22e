package provider_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const (
	theStorageCheck = "data.fovea_storage_check.this"
	theApp          = "https://fovea.example.com"
)

// storage is a configuration with all that FOVEA needs, and a check of it. The fields are
// the arguments of its blocks; a block without arguments is left out, unless that is what
// it needs.
type storage struct {
	bucket    string
	settings  string // of the bucket
	origins   string // that may read, as elements of a list; "" for no CORS rules
	user      string // further arguments of the user
	key       string // further arguments of the key
	manifest  string // further arguments of the manifest; "-" for no manifest
	policy    string // arguments of the bucket policy; "" for none
	lifecycle string // arguments of the lifecycle; "" for none
	include   string // names of checks in quotes; "" for the default
}

// change returns another configuration.
func (s storage) change(f func(*storage)) storage {
	f(&s)
	return s
}

func (s storage) String() string {
	var config strings.Builder
	after := []string{"fovea_access_key.app"}
	block := func(kind, arguments string) {
		fmt.Fprintf(&config, "resource %q \"app\" {\n%s\n}\n", kind, arguments)
		if kind != "fovea_access_key" {
			after = append(after, kind+".app")
		}
	}
	const bucket = "  bucket = fovea_video_bucket.app.bucket\n"
	block("fovea_video_bucket", fmt.Sprintf("  bucket = %q\n  force_destroy = true\n%s", s.bucket, s.settings))
	if s.origins != "" {
		block("fovea_bucket_cors", bucket+"  rules = [{ allowed_origins = ["+s.origins+"] }]")
	}
	if s.policy != "" {
		block("fovea_bucket_policy", bucket+s.policy)
	}
	if s.lifecycle != "" {
		block("fovea_bucket_lifecycle", bucket+s.lifecycle)
	}
	block("fovea_access_user", fmt.Sprintf("  name = %q\n%s%s", s.bucket, bucket, s.user))
	block("fovea_access_key", "  user = fovea_access_user.app.name\n"+s.key)
	if s.manifest != "-" {
		block("fovea_manifest", bucket+s.manifest)
	}
	include := ""
	if s.include != "" {
		include = "  include = [" + s.include + "]\n"
	}
	fmt.Fprintf(&config, "data \"fovea_storage_check\" \"this\" {\n%s  origin = %q\n  access_key_id = fovea_access_key.app.access_key_id\n  secret_access_key = fovea_access_key.app.secret_access_key\n%s  depends_on = [%s]\n}\n",
		bucket, theApp, include, strings.Join(after, ", "))
	return config.String()
}

// finding expects one result of the check, and words of its remedy.
type finding struct {
	name, want string // the name of the check; status and code
	remedy     []string
}

// CheckState implements [statecheck.StateCheck].
func (f finding) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, r := range req.State.Values.RootModule.Resources {
		if r.Address != theStorageCheck {
			continue
		}
		checks, _ := r.AttributeValues["checks"].([]any)
		for _, element := range checks {
			check, _ := element.(map[string]any)
			if check["name"] != f.name {
				continue
			}
			resp.Error = f.compare(check)
			return
		}
		resp.Error = fmt.Errorf("got the checks %v, want one named %s", checks, f.name)
		return
	}
	resp.Error = fmt.Errorf("the state has no %s", theStorageCheck)
}

func (f finding) compare(check map[string]any) error {
	if got := fmt.Sprintf("%v %v", check["status"], check["code"]); got != f.want {
		return fmt.Errorf("%s: got %s, want %s: %v", f.name, got, f.want, check["detail"])
	}
	remedy, _ := check["remedy"].(string)
	for _, words := range f.remedy {
		if !strings.Contains(remedy, words) {
			return fmt.Errorf("%s: got the remedy %q, want %q in it", f.name, remedy, words)
		}
	}
	if f.want == "pass ok" && remedy != "" {
		return fmt.Errorf("%s: got the remedy %q of a check that passes, want none", f.name, remedy)
	}
	return nil
}

// found is a step that expects results.
func found(e *acctest.Env, config fmt.Stringer, findings ...finding) resource.TestStep {
	step := resource.TestStep{Config: e.Config("%s", config)}
	for _, f := range findings {
		step.ConfigStateChecks = append(step.ConfigStateChecks, f)
	}
	return step
}
