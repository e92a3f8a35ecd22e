package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// readable is a bucket with all that somebody may read it with.
type readable struct {
	*workspace
	user string
}

func newReadable(t *testing.T, buckets ...string) *readable {
	t.Helper()
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers lack some of the parts")
	for _, bucket := range buckets {
		makeBucket(t, e, bucket)
		putObject(t, e, bucket, "a.mp4", "")
	}
	return &readable{&workspace{Env: e, t: t, dir: t.TempDir()}, acctest.Name(t)}
}

// config has policy, CORS rules, manifest and user of a bucket, which is an expression.
func (r *readable) config(bucket string) string {
	return fmt.Sprintf(`
resource "fovea_bucket_policy" "this" {
  bucket                       = %[1]s
  cloudfront_distribution_arns = [%[3]q]
}

resource "fovea_bucket_cors" "this" {
  bucket = %[1]s
  rules  = [%[4]s]
}

resource "fovea_manifest" "this" {
  bucket = %[1]s
}

resource "fovea_access_user" "this" {
  name   = %[2]q
  bucket = %[1]s
}
`, bucket, r.user, distribution, appRule)
}

// TestNothingLeavesABucketUnseen moves policy, CORS rules, manifest and user from one
// bucket to another, whose name is known at plan or is not.
func TestNothingLeavesABucketUnseen(t *testing.T) {
	one, two := acctest.Name(t), acctest.Name(t)
	r := newReadable(t, one, two)
	named := func(name string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"name\" {\n  input = %q\n}\n", name)
	}
	r.configure(named(one) + r.config("terraform_data.name.output"))
	r.mustRun("init")
	r.apply()

	lost := []string{
		"With the policy of the bucket " + one + ", others can no longer read from the bucket " + one + " [reading-lost]",
		"The bucket " + one + " no longer allows https://fovea.example.com [origins-lost]",
	}
	r.configure(named(two) + r.config("terraform_data.name.output"))
	output := r.mustRun("plan")
	r.says(output, append(lost,
		"The policy of the bucket "+one+" may be removed [document-moves]",
		"The CORS configuration of the bucket "+one+" may be removed [document-moves]",
		"The manifest manifest.json of the bucket "+one+" may be removed [manifest-moves]",
		"The user "+r.user+" may no longer be able to list the bucket "+one+" [listing-lost]",
	)...)

	r.configure(named(one) + r.config(fmt.Sprintf("%q", two)))
	output = r.mustRun("plan")
	r.says(output, append(lost, "The user "+r.user+" can no longer list the bucket "+one+" [listing-lost]")...)
	r.saysNot(output, "[document-moves]")
}

func policyOf(t *testing.T, e *acctest.Env, bucket string) string {
	t.Helper()
	out, err := e.S3.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Policy
}

// TestTaintedDocumentsThatMove taints a policy and CORS rules, whose only plan is then for
// another bucket.
func TestTaintedDocumentsThatMove(t *testing.T) {
	one, two := acctest.Name(t), acctest.Name(t)
	r := newReadable(t, one, two)
	r.configure(r.config(fmt.Sprintf("%q", one)))
	r.mustRun("init")
	r.apply()
	r.mustRun("taint", "fovea_bucket_policy.this")
	r.mustRun("taint", "fovea_bucket_cors.this")
	lost := []string{
		"The policy of the bucket " + one + " may be removed [document-tainted]",
		"The CORS configuration of the bucket " + one + " may be removed [document-tainted]",
		"With the policy of the bucket " + one + ", others can no longer read from the bucket " + one + " [reading-lost]",
		"The bucket " + one + " no longer allows https://fovea.example.com [origins-lost]",
	}
	for name, config := range map[string]string{
		"to another":    r.config(fmt.Sprintf("%q", two)),
		"to an unknown": "resource \"terraform_data\" \"name\" {\n  input = \"" + two + "\"\n}\n" + r.config("terraform_data.name.output"),
	} {
		t.Run(name, func(t *testing.T) {
			w := r.on(t)
			w.configure(config)
			w.says(w.mustRun("plan"), lost...)
		})
	}
}

// TestDocumentsThatAreOnlyForgotten takes a policy, CORS rules and a user out of the state
// with removed blocks. That takes nothing away. A new block for the same document takes it
// over, or is refused when it says something else.
func TestDocumentsThatAreOnlyForgotten(t *testing.T) {
	one := acctest.Name(t)
	r := newReadable(t, one)
	quoted := fmt.Sprintf("%q", one)
	old := r.config(quoted)
	r.configure(old)
	r.mustRun("init")
	r.apply()
	forget := func(addresses ...string) string {
		text := ""
		for _, address := range addresses {
			text += fmt.Sprintf("removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", address)
		}
		return text
	}
	policy := policyOf(t, r.Env, one)
	all := forget("fovea_bucket_policy.this", "fovea_bucket_cors.this", "fovea_manifest.this", "fovea_access_user.this")

	r.configure(all)
	output := r.mustRun("plan")
	r.saysNot(output, "-lost]", "[document-")

	t.Run("and a new block that says something else", func(t *testing.T) {
		w := r.on(t)
		differs := labelled(policyBlock(one, `cloudfront_distribution_arns = ["`+distribution+`X"]`), "that") + labelled(corsBlock(one, `{ allowed_origins = ["https://other.example.com"] }`), "that")
		w.configure(all + differs)
		output := w.mustRun("plan")
		for _, address := range []string{"fovea_bucket_policy.that", "fovea_bucket_cors.that"} {
			w.says(output, "with "+address+",")
		}
		w.says(output, "The policy of the bucket "+one+" exists", "the apply will refuse to overwrite it", "write a moved block in its place")
		w.refused([]string{"The policy of the bucket " + one + " exists and is not in the state [document-exists]"}, "apply", "-auto-approve")
		if got := policyOf(t, w.Env, one); got != policy {
			t.Errorf("got the policy %s, want %s", got, policy)
		}
	})
	// Terraform has forgotten the old addresses, although that apply was refused.
	t.Run("and a new block that says the same", func(t *testing.T) {
		w := r.on(t)
		w.Fake.Requests().Reset()
		documents, _, _ := strings.Cut(old, "\nresource \"fovea_access_user\"")
		w.configure(documents)
		w.apply()
		w.unchanged()
		if n := w.Fake.Requests().Counts()["PutBucketPolicy"]; n != 0 {
			t.Errorf("got %d requests that write the policy, want 0", n)
		}
	})
}

// TestTaintWithoutRefresh plans tainted documents without a refresh, which looks like
// documents that are in no state.
func TestTaintWithoutRefresh(t *testing.T) {
	one := acctest.Name(t)
	r := newReadable(t, one)
	quoted := fmt.Sprintf("%q", one)
	r.configure(r.config(quoted))
	r.mustRun("init")
	r.apply()
	r.mustRun("taint", "fovea_bucket_policy.this")
	r.mustRun("taint", "fovea_bucket_cors.this")
	output := r.mustRun("plan", "-refresh=false")
	r.says(output, "The policy of the bucket "+one+" exists as it is planned [document-exists]", "FOVEA treats a bucket that it may not list as empty")
	r.configure(strings.Replace(r.config(quoted), distribution, distribution+"X", 1))
	output = r.mustRun("plan", "-refresh=false")
	r.says(output, "The policy of the bucket "+one+" exists, and may not be in the state [document-exists]", "run terraform untaint")
	r.mustRun("apply", "-refresh=false", "-auto-approve")
	r.unchanged()
}
