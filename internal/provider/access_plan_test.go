package provider_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// pollingReader lists a bucket and reads a video with one access key, over and over, as FOVEA
// does.
type pollingReader struct {
	client *s3.Client
	bucket string

	mu     sync.Mutex
	denied []string // requests that failed, since the last call of losses
}

// startReader reads with a new key of the user until the test ends.
func startReader(t *testing.T, e *acctest.Env, user, bucket string) *pollingReader {
	t.Helper()
	id, secret := makeKey(t, e, user)
	return startReaderWith(t, e.S3As(t, id, secret), bucket)
}

// startReaderWith reads with a client until the test ends.
func startReaderWith(t *testing.T, client *s3.Client, bucket string) *pollingReader {
	t.Helper()
	r := &pollingReader{client: client, bucket: bucket}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		every := time.NewTicker(5 * time.Millisecond)
		defer every.Stop()
		for ctx.Err() == nil {
			r.read(ctx)
			<-every.C
		}
	}()
	t.Cleanup(func() { stop(); <-done })
	return r
}

// use makes the reader read with another client.
func (r *pollingReader) use(client *s3.Client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.client, r.denied = client, nil
}

func (r *pollingReader) read(ctx context.Context) {
	r.mu.Lock()
	client := r.client
	r.mu.Unlock()
	_, list := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &r.bucket})
	_, get := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: aws.String("clips/a.mp4")})
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.client != client {
		return
	}
	for operation, err := range map[string]error{"listing": list, "reading": get} {
		if err != nil && ctx.Err() == nil {
			r.denied = append(r.denied, fmt.Sprintf("%s: %v", operation, err))
		}
	}
	if len(r.denied) > 4 {
		r.denied = r.denied[:4]
	}
}

// losses returns what was denied since the last call. A request that is under way is
// waited for.
func (r *pollingReader) losses(t *testing.T) string {
	t.Helper()
	for range 2 {
		r.read(t.Context())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.denied, "\n")
	r.denied = nil
	return text
}

// TestNoPlanEndsReadingUnseen changes a user and what stands around it while somebody
// reads with its key. Reading is denied only where the plan has warned.
func TestNoPlanEndsReadingUnseen(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers do not heed policies")
	bucket, user := acctest.Name(t), acctest.Name(t)
	create(t, e, bucket)
	putObject(t, e, bucket, "clips/a.mp4", "")
	block := func(label, arguments string) string {
		return fmt.Sprintf("resource \"fovea_access_user\" %q {\n  name   = %q\n  bucket = %q\n%s\n}\n", label, user, bucket, arguments)
	}
	policy := func(label, arguments string) string {
		return fmt.Sprintf("resource \"fovea_bucket_policy\" %q {\n  bucket = %q\n  deny_insecure_transport = false\n%s\n}\n", label, bucket, arguments)
	}
	distributions := func(ids ...string) string {
		var arns []string
		for _, id := range ids {
			arns = append(arns, fmt.Sprintf("%q", "arn:aws:cloudfront::123456789012:distribution/"+id))
		}
		return "cloudfront_distribution_arns = [" + strings.Join(arns, ", ") + "]"
	}
	deny := fmt.Sprintf("source_policy_documents = [jsonencode({ Statement = [{ Sid = \"NoClips\", Effect = \"Deny\", Principal = { AWS = \"*\" }, Action = \"s3:GetObject\", Resource = \"arn:aws:s3:::%s/clips/*\" }] })]", bucket)
	theUser := "The user " + user
	w := newWorkspace(t, e, block("app", "")+policy("this", distributions("E1", "E2")))
	w.apply()
	reading := startReader(t, e, user, bucket)

	for _, step := range []struct {
		name   string
		config string
		args   []string
		want   []string // in the output; the plan is silent about losses if it is empty
		fails  bool
	}{
		{name: "tags", config: block("app", `tags = { team = "vision" }`) + policy("this", distributions("E1", "E2"))},
		{name: "more access", config: block("app", `access = "upload"`) + policy("this", distributions("E2", "E1", "E3"))},
		{name: "a distribution removed", config: block("app", "") + policy("this", distributions("E1")),
			want: []string{"With the policy of the bucket " + bucket + ", others can no longer read from the bucket " + bucket + " [reading-lost]", "distribution/E2"}},
		{name: "a Deny added", config: block("app", "") + policy("this", deny+"\n"+distributions("E1")),
			want: []string{"no longer read from the bucket " + bucket + " [reading-lost]", "the statement NoClips of the bucket policy denies it"}},
		{name: "the Deny removed", config: block("app", "") + policy("this", distributions("E1"))},
		{name: "a policy renamed", config: block("app", "") + policy("that", distributions("E1")) + "moved {\n  from = fovea_bucket_policy.this\n  to = fovea_bucket_policy.that\n}\n"},
		{name: "the policy replaced", args: []string{"-replace=fovea_bucket_policy.that"}, fails: true, want: []string{"[document-in-place]"}},
		{name: "the policy destroyed", config: block("app", ""),
			want: []string{"others can no longer read from the bucket " + bucket + " [reading-lost]", "the statement AllowCloudFront of the bucket policy is removed"}},
		{name: "prefixes", config: block("app", `prefixes = ["other/"]`),
			want: []string{theUser + " can no longer list the bucket " + bucket + " [listing-lost]", theUser + " can no longer read from the bucket " + bucket + " [reading-lost]"}},
		{name: "no prefixes", config: block("app", "")},
		{name: "another access", config: block("app", `access = "manifest"`), want: []string{theUser + " can no longer read from the bucket " + bucket + " [reading-lost]"}},
		{name: "the access again", config: block("app", "")},
		{name: "replaced", args: []string{"-replace=fovea_access_user.app"}, fails: true, want: []string{theUser + " cannot be replaced [principal-in-place]", "is renamed, and changed in every other way, in place"}},
		{name: "renamed block", config: block("reader", ""), fails: true, want: []string{theUser + " is created and destroyed by one plan [principal-managed-twice]"}},
		{name: "moved block", config: block("reader", "") + "moved {\n  from = fovea_access_user.app\n  to = fovea_access_user.reader\n}\n"},
		{name: "a second block", config: block("reader", "") + block("app", ""), fails: true, want: []string{theUser + " is managed by two resources [principal-managed-twice]"}},
		{name: "another bucket", config: strings.Replace(block("reader", ""), bucket, bucket+"-2", 1), want: []string{theUser + " can no longer list the bucket " + bucket + " [listing-lost]"}},
		{name: "the bucket again", config: block("reader", ""), want: []string{theUser + " can no longer list the bucket " + bucket + "-2 [listing-lost]"}},
		{name: "destroyed", config: block("reader", "force_destroy = true"), args: []string{"-destroy"}, want: []string{theUser + " can no longer list the bucket " + bucket + " [listing-lost]"}},
	} {
		if step.config != "" {
			w.configure(step.config)
		}
		if step.name == "destroyed" {
			w.apply() // of force_destroy, since the reader's key is in no state
		}
		if denied := reading.losses(t); denied != "" && !strings.Contains(step.name, "again") && !strings.Contains(step.name, "removed") && step.name != "no prefixes" {
			t.Errorf("before %s: denied:\n%s", step.name, denied)
		}
		output, code := w.terraform(append([]string{"apply", "-auto-approve"}, step.args...)...)
		denied := reading.losses(t)
		if (code != 0) != step.fails {
			t.Fatalf("%s: got exit code %d:\n%s", step.name, code, output)
		}
		w.says(output, step.want...)
		if step.name == "a second block" {
			w.saysNot(output, "[principal-exists]")
		}
		warned := strings.Contains(output, "-lost]")
		if want := strings.Contains(strings.Join(step.want, ""), "-lost]"); warned != want && !step.fails {
			t.Errorf("%s: the plan warns of a loss: got %t, want %t:\n%s", step.name, warned, want, output)
		}
		recovers := strings.Contains(step.name, "again") || step.name == "the Deny removed" || step.name == "no prefixes"
		if denied != "" && !warned && !recovers {
			t.Errorf("%s: denied without a warning:\n%s", step.name, denied)
		}
	}
}

// TestRolesAreReplacedWithAWarning changes what IAM cannot change in place.
func TestRolesAreReplacedWithAWarning(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	bucket, name := acctest.Name(t), acctest.Name(t)
	create(t, e, bucket)
	role := func(name, arguments string) string {
		return fmt.Sprintf("resource \"fovea_access_role\" \"app\" {\n  name   = %q\n  bucket = %q\n%s\n}\n", name, bucket, arguments)
	}
	w := newWorkspace(t, e, role(name, ""))
	w.apply()
	lost := "The role " + name + " can no longer list the bucket " + bucket + " [listing-lost]"
	w.refused([]string{"The role " + name + " cannot be replaced [principal-in-place]", "everything but its name and path is changed in place"},
		"apply", "-auto-approve", "-replace=fovea_access_role.app")
	w.unchanged()
	w.configure(role(name, `path = "/fovea/"`))
	w.says(w.apply(), lost)
	w.configure(role(name+"-2", `path = "/fovea/"`))
	w.says(w.apply(), lost)
	w.unchanged()
	w.mustRun("taint", "fovea_access_role.app")
	w.says(w.apply(), "The role "+name+"-2 is marked as tainted [principal-tainted]")
	w.unchanged()
	w.says(w.mustRun("apply", "-auto-approve", "-destroy"), "The role "+name+"-2 can no longer list the bucket "+bucket+" [listing-lost]")
}

// TestOriginsAreLost removes origins from CORS rules.
func TestOriginsAreLost(t *testing.T) {
	e := acctest.Start(t)
	bucket := bareBucket(t, e)
	rules := func(origins string) string {
		return fmt.Sprintf("resource \"fovea_bucket_cors\" \"this\" {\n  bucket = %q\n  rules = [{ allowed_origins = [%s] }]\n}\n", bucket, origins)
	}
	w := newWorkspace(t, e, rules(`"https://a.example.com", "https://b.example.com"`))
	w.apply()
	w.configure(rules(`"https://*.example.com"`))
	w.saysNot(w.apply(), "[origins-lost]")
	w.configure(rules(`"https://a.example.com"`))
	w.says(w.apply(), "The bucket "+bucket+" no longer allows https://*.example.com [origins-lost]")
	w.says(w.mustRun("apply", "-auto-approve", "-destroy"), "The bucket "+bucket+" no longer allows https://a.example.com [origins-lost]")
}
