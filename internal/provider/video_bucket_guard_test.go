package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// guarded is a bucket with CORS rules, and the ways in which a plan can lose it.
type guarded struct {
	bucket string
	force  bool
}

// config configures the bucket with the arguments in place of its name.
func (g guarded) config(arguments, more string) string {
	return fmt.Sprintf(`resource "fovea_video_bucket" "v" {
  force_destroy = %t
%s
}

resource "fovea_bucket_cors" "v" {
  bucket = fovea_video_bucket.v.bucket
  rules  = [{ allowed_origins = ["https://fovea.example.com"] }]
}

%s`, g.force, arguments, more)
}

func (g guarded) named() string { return fmt.Sprintf("bucket = %q", g.bucket) }

// trigger is a resource whose replacement makes things unknown.
func trigger(value string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"t\" {\n  input            = %[1]q\n  triggers_replace = %[1]q\n}\n", value)
}

// waysToLose are the plans that lose the bucket, except for a destroy.
func (g guarded) waysToLose() []wayToLose {
	const notEmpty, itself = "[bucket-not-empty]", "[bucket-replaced-by-itself]"
	replaced := "  lifecycle {\n    replace_triggered_by = [terraform_data.t]\n  }\n"
	first := "  lifecycle {\n    create_before_destroy = true\n  }\n"
	keep := g.config(g.named(), trigger("1"))
	return []wayToLose{
		{name: "changed name", config: g.config(fmt.Sprintf("bucket = %q", g.bucket+"-2"), trigger("1")), code: notEmpty},
		{name: "changed name before destroy", config: g.config(fmt.Sprintf("bucket = %q\n%s", g.bucket+"-2", first), trigger("1")), code: notEmpty},
		{name: "prefix", config: g.config(`bucket_prefix = "other-"`, trigger("1")), code: notEmpty},
		{name: "changed region", config: g.config(g.named()+"\nregion = \"eu-west-1\"", trigger("1")), code: itself},
		{name: "unknown name", config: g.config("bucket = terraform_data.t.output", trigger(g.bucket)), code: notEmpty, says: "The value of bucket is not known yet, so Terraform has already decided to replace the bucket. Make the value known when it is planned"},
		{name: "unknown prefix", config: g.config("bucket_prefix = terraform_data.t.output", trigger("fovea-")), code: notEmpty, says: "The value of bucket_prefix is not known yet"},
		{name: "-replace", config: keep, args: []string{"-replace=fovea_video_bucket.v"}, code: notEmpty},
		{name: "-replace without refresh", config: keep, args: []string{"-replace=fovea_video_bucket.v", "-refresh=false"}, code: notEmpty},
		{name: "-replace before destroy", config: g.config(g.named()+"\n"+first, trigger("1")), args: []string{"-replace=fovea_video_bucket.v"}, code: notEmpty},
		{name: "replace_triggered_by", config: g.config(g.named()+"\n"+replaced, trigger("2")), code: notEmpty},
		{name: "taint", config: keep, taint: true, code: "[bucket-tainted]", says: "Run `terraform untaint` with the address of this resource."},
		{name: "renamed block", config: strings.NewReplacer(`"fovea_video_bucket" "v"`, `"fovea_video_bucket" "w"`, "fovea_video_bucket.v", "fovea_video_bucket.w").Replace(keep), code: "[bucket-renamed]", orCode: "[bucket-not-empty]"},
	}
}

type wayToLose struct {
	name, config string
	args         []string
	taint        bool
	code         string // of the refusal of a bucket that is not empty
	orCode       string // what the refusal may also be, as Terraform's order is open
	says         string
}

// TestVideoBucketIsNotPlannedAway tries each way to lose a bucket that holds a video,
// with and without force_destroy. Each is refused at plan, and nothing changes.
func TestVideoBucketIsNotPlannedAway(t *testing.T) {
	e := acctest.Start(t)
	for _, force := range []bool{false, true} {
		t.Run(fmt.Sprintf("force_destroy %t", force), func(t *testing.T) {
			g := guarded{bucket: acctest.Name(t), force: force}
			w := newWorkspace(t, e, g.config(g.named(), trigger("1")))
			w.apply()
			upload(t, e, g.bucket, "clips/a.MOV")
			for _, way := range g.waysToLose() {
				t.Run(way.name, func(t *testing.T) {
					w := *w
					w.t = t
					if way.taint {
						w.mustRun("taint", "fovea_video_bucket.v")
					}
					w.configure(way.config)
					output, code := w.terraform(append([]string{"plan"}, way.args...)...)
					if code == 0 {
						t.Errorf("got exit code 0 of the plan, want %s:\n%s", way.code, output)
					}
					if !strings.Contains(output, way.code) && (way.orCode == "" || !strings.Contains(output, way.orCode)) {
						t.Errorf("got no %s:\n%s", way.code, output)
					}
					w.says(output, way.says)
					if way.taint {
						w.mustRun("untaint", "fovea_video_bucket.v") // the remedy
					}
				})
			}
			w.configure(g.config(g.named(), trigger("1")))
			w.refused([]string{"[bucket-not-empty]"}, "apply", "-auto-approve", "-replace=fovea_video_bucket.v")
			w.unchanged()
			emptyBucket(t, e, g.bucket)
			w.mustRun("destroy", "-auto-approve")
		})
	}
}

// TestVideoBucketDestroy destroys a bucket that holds something, with and without
// force_destroy, by terraform destroy and by removing the block.
func TestVideoBucketDestroy(t *testing.T) {
	e := acctest.Start(t)
	for _, force := range []bool{false, true} {
		t.Run(fmt.Sprintf("force_destroy %t", force), func(t *testing.T) {
			g := guarded{bucket: acctest.Name(t), force: force}
			w := newWorkspace(t, e, g.config(g.named(), ""))
			w.apply()
			upload(t, e, g.bucket, "a.mp4")
			if force {
				w.says(w.mustRun("plan", "-destroy"), "Everything in the bucket "+g.bucket+" will be deleted [bucket-content-deleted]")
				w.mustRun("destroy", "-auto-approve")
				gone(t, e, g.bucket)
				return
			}
			refused := []string{"The bucket " + g.bucket + " is not empty [bucket-not-empty]", `it holds "a.mp4".`}
			w.refused(refused, "destroy", "-auto-approve")
			w.configure("")
			w.refused(refused, "apply", "-auto-approve")
			w.configure(g.config(g.named(), ""))
			w.unchanged()
			g.force = true // the remedy
			w.configure(g.config(g.named(), ""))
			w.apply()
			w.mustRun("destroy", "-auto-approve")
			gone(t, e, g.bucket)
		})
	}
}

// TestVideoBucketEmptyIsReplaced replaces a bucket that holds nothing: under another
// name it works, under its own it is refused, since its documents would go with it.
func TestVideoBucketEmptyIsReplaced(t *testing.T) {
	e := acctest.Start(t)
	g := guarded{bucket: acctest.Name(t)}
	w := newWorkspace(t, e, g.config(g.named(), ""))
	w.apply()
	itself := []string{"The bucket " + g.bucket + " cannot be replaced by a bucket of the same name [bucket-replaced-by-itself]", "`terraform destroy -refresh=false`"}
	w.refused(itself, "plan", "-replace=fovea_video_bucket.v")
	w.refused(itself, "plan", "-replace=fovea_video_bucket.v", "-refresh=false")
	w.mustRun("taint", "fovea_video_bucket.v")
	w.refused([]string{"[bucket-tainted]"}, "plan")
	w.says(w.mustRun("plan", "-refresh=false"), "The bucket "+g.bucket+" exists and is not in the state [bucket-exists]", "If this address is tainted, the apply destroys the bucket first: run `terraform untaint`.")
	w.refused([]string{"[bucket-tainted]"}, "destroy", "-auto-approve")
	w.mustRun("untaint", "fovea_video_bucket.v")
	w.unchanged()

	other := guarded{bucket: g.bucket + "-2"}
	create(t, e, other.bucket)
	w.configure(other.config(other.named(), ""))
	w.refused([]string{"The bucket " + other.bucket + " exists and is not in the state [bucket-exists]"}, "plan")
	remove(t, e, other.bucket)
	w.apply()
	gone(t, e, g.bucket)
	w.unchanged()
	w.mustRun("taint", "fovea_video_bucket.v")
	w.mustRun("destroy", "-auto-approve", "-refresh=false") // as the refusal says
	gone(t, e, other.bucket)
}

// TestVideoBucketPrefixTaint replaces a bucket with a generated name, which the create
// plan does not know.
func TestVideoBucketPrefixTaint(t *testing.T) {
	e := acctest.Start(t)
	g := guarded{bucket: acctest.Name(t)[:30]}
	config := g.config(fmt.Sprintf("bucket_prefix = %q", g.bucket), "")
	w := newWorkspace(t, e, config)
	w.apply()
	w.mustRun("taint", "fovea_video_bucket.v")
	w.refused([]string{"is marked as tainted [bucket-tainted]"}, "plan")
	w.mustRun("untaint", "fovea_video_bucket.v")
	w.unchanged()
	// Another bucket of the same prefix is no taint.
	more := fmt.Sprintf("resource \"fovea_video_bucket\" \"more\" {\n  count = 3\n  bucket_prefix = %q\n}\n", g.bucket)
	w.configure(config + more)
	if output := w.apply(); strings.Contains(output, "tainted") {
		t.Errorf("got a warning of a taint:\n%s", output)
	}
	w.mustRun("apply", "-auto-approve", "-replace=fovea_video_bucket.v") // empty, and with another name
	w.unchanged()
	w.mustRun("destroy", "-auto-approve")
}

// TestVideoBucketRenamed renames the block: refused without a moved block, in
// whichever order Terraform plans the two addresses.
func TestVideoBucketRenamed(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	block := func(label string) string {
		return fmt.Sprintf("resource \"fovea_video_bucket\" %q {\n  bucket = %q\n}\n", label, name)
	}
	w := newWorkspace(t, e, block("a"))
	w.apply()
	w.configure(block("b"))
	refused := []string{"The plan destroys the bucket " + name + " and creates it again [bucket-renamed]", "Add a moved block"}
	w.refused(refused, "plan")
	w.refused(refused, "plan", "-refresh=false")
	w.configure(block("b") + "moved {\n  from = fovea_video_bucket.a\n  to   = fovea_video_bucket.b\n}\n") // the remedy
	w.apply()
	w.unchanged()
	w.configure(block("b") + block("c"))
	w.refused([]string{"Two resources manage the bucket " + name + " [bucket-two-addresses]"}, "plan")
	w.configure(block("b"))
	w.mustRun("destroy", "-auto-approve")
	w.configure(block("b") + block("c"))
	w.refused([]string{"Two resources manage the bucket " + name + " [bucket-two-addresses]"}, "plan")
}

// TestVideoBucketInNoState plans for a bucket that exists: a warning at plan, so that
// terraform destroy works after a state rm, and a refusal at apply.
func TestVideoBucketInNoState(t *testing.T) {
	e := acctest.Start(t)
	g := guarded{bucket: acctest.Name(t), force: true}
	w := newWorkspace(t, e, g.config(g.named(), ""))
	w.apply()
	upload(t, e, g.bucket, "a.mp4")
	w.mustRun("state", "rm", "fovea_video_bucket.v")
	exists := "The bucket " + g.bucket + " exists and is not in the state [bucket-exists]"
	w.says(w.mustRun("plan"), exists, "force_destroy is true and the bucket is not empty: if this address is tainted, which -refresh=false hides, the plan is to delete everything in it.")
	w.refused([]string{exists, "exists already, and is left as it is."}, "apply", "-auto-approve")
	w.mustRun("destroy", "-auto-approve") // what is in the state
	there(t, e, g.bucket)
	imported := g.config(g.named(), fmt.Sprintf("import {\n  to = fovea_video_bucket.v\n  id = %q\n}\n", g.bucket))
	w.configure(imported) // the remedy
	w.apply()
	w.unchanged()
	w.mustRun("destroy", "-auto-approve")
	gone(t, e, g.bucket)
}

// TestVideoBucketWithAManifestIsDestroyed has nothing in it but a manifest, which
// follows from the bucket, in as many versions as S3 lists at once.
func TestVideoBucketWithAManifestIsDestroyed(t *testing.T) {
	e := acctest.Start(t)
	g := guarded{bucket: acctest.Name(t)}
	manifest := "resource \"fovea_manifest\" \"v\" {\n  bucket = fovea_video_bucket.v.bucket\n}\n"
	w := newWorkspace(t, e, g.config(g.named(), manifest))
	w.apply()
	w.mustRun("plan", "-destroy")
	upload(t, e, g.bucket, "z.mp4")
	w.refused([]string{"[bucket-not-empty]", `it holds "z.mp4".`}, "plan", "-destroy")
	if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &g.bucket, Key: ptr("z.mp4")}); err != nil {
		t.Fatal(err)
	}
	w.refused([]string{"[bucket-not-empty]", `it holds an old version of "z.mp4".`}, "plan", "-destroy")
	emptyBucket(t, e, g.bucket)
	w.mustRun("destroy", "-auto-approve")
}

// TestVideoBucketUnreadable destroys with credentials that may not list, or not list
// versions.
func TestVideoBucketUnreadable(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	g := guarded{bucket: acctest.Name(t)}
	w := newWorkspace(t, e, g.config(g.named(), ""))
	w.apply()
	var active faults
	active.inject(e, on("ListObjectVersions", denied))
	upload(t, e, g.bucket, "a.mp4")
	w.refused([]string{"[bucket-not-empty]", `it holds "a.mp4".`}, "plan", "-destroy")
	active.inject(e, on("ListObjectsV2", denied))
	w.refused([]string{"The bucket " + g.bucket + " cannot be listed [bucket-unreadable]", "Allow s3:ListBucketVersions, or at least s3:ListBucket, on the bucket."}, "plan", "-destroy")
	active.lift()
	emptyBucket(t, e, g.bucket)
	w.mustRun("destroy", "-auto-approve")
}

// TestVideoBucketFilledAfterThePlan replaces an empty bucket that force_destroy lets
// go, and fills it before the plan is applied: no plan has said that a video goes.
func TestVideoBucketFilledAfterThePlan(t *testing.T) {
	e := acctest.Start(t)
	prefix := acctest.Name(t)[:30]
	config := fmt.Sprintf("resource \"fovea_video_bucket\" \"v\" {\n  bucket_prefix = %q\n  force_destroy = true\n}\n\noutput \"bucket\" {\n  value = fovea_video_bucket.v.bucket\n}\n", prefix)
	w := newWorkspace(t, e, config)
	w.apply()
	bucket := strings.TrimSpace(w.mustRun("output", "-raw", "bucket"))
	w.mustRun("plan", "-replace=fovea_video_bucket.v", "-out=replace.plan")
	upload(t, e, bucket, "a.mp4")
	w.refused([]string{"The bucket " + bucket + " is not empty [bucket-not-empty]", "Nothing in it was deleted, although force_destroy is true"}, "apply", "replace.plan")
	w.mustRun("taint", "fovea_video_bucket.v")
	w.refused([]string{"The bucket " + bucket + " is not empty [bucket-not-empty]"}, "apply", "-auto-approve", "-refresh=false")
	if _, err := e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: ptr("a.mp4")}); err != nil {
		t.Errorf("the video is gone: %v", err)
	}
	w.mustRun("untaint", "fovea_video_bucket.v")
	w.unchanged()
	w.mustRun("destroy", "-auto-approve") // the remedy
	gone(t, e, bucket)
}

// TestVideoBucketWhoseManifestStays destroys a bucket with a manifest that nothing
// deletes: the plan says that S3 will refuse.
func TestVideoBucketWhoseManifestStays(t *testing.T) {
	e := acctest.Start(t)
	g := guarded{bucket: acctest.Name(t)}
	manifest := "resource \"fovea_manifest\" \"v\" {\n  bucket            = fovea_video_bucket.v.bucket\n  retain_on_destroy = true\n}\n"
	w := newWorkspace(t, e, g.config(g.named(), manifest))
	w.apply()
	w.says(w.mustRun("plan", "-destroy"), "The manifest in the bucket "+g.bucket+" is not destroyed with it [bucket-manifest-stays]", `but not "`+g.bucket+`/manifest.json" in it`)
	w.configure(g.config(g.named(), strings.Replace(manifest, "true", "false", 1))) // the remedy
	w.apply()
	if output := w.mustRun("plan", "-destroy"); strings.Contains(output, "[bucket-manifest-stays]") {
		t.Errorf("got the warning after the remedy:\n%s", output)
	}
	w.mustRun("destroy", "-auto-approve")
	gone(t, e, g.bucket)
}

func create(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
}

func there(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket}); err != nil {
		t.Fatalf("the bucket is not there: %v", err)
	}
}

// emptyBucket deletes all versions and markers.
func emptyBucket(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	out, err := e.S3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	drop := func(key, version *string) {
		if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: key, VersionId: version}); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range out.Versions {
		drop(v.Key, v.VersionId)
	}
	for _, m := range out.DeleteMarkers {
		drop(m.Key, m.VersionId)
	}
}

// TestVideoBucketUnfinishedIsNamed finds what a killed apply has left: an own, empty
// bucket with a generated name and without versioning. Other buckets are not named.
func TestVideoBucketUnfinishedIsNamed(t *testing.T) {
	e := acctest.Start(t)
	prefix := acctest.Name(t)[:30]
	left, filled, foreign := prefix+"202601020304050123456789ab", prefix+"20260102030405aaaaaaaaaaaa", prefix+"by-hand"
	for _, bucket := range []string{left, filled, foreign} {
		create(t, e, bucket)
	}
	upload(t, e, filled, "a.mp4")
	w := newWorkspace(t, e, fmt.Sprintf("resource \"fovea_video_bucket\" \"v\" {\n  bucket_prefix = %q\n}\n", prefix))
	output := w.mustRun("plan")
	w.says(output, "The bucket "+left+" is empty and unfinished [bucket-unfinished]", "aws s3api delete-bucket --bucket "+left)
	for _, bucket := range []string{filled, foreign} {
		if strings.Contains(output, bucket) {
			t.Errorf("the bucket %s is named:\n%s", bucket, output)
		}
	}
	remove(t, e, left) // the remedy
	if output := w.mustRun("plan"); strings.Contains(output, "[bucket-unfinished]") {
		t.Errorf("the warning is still there:\n%s", output)
	}
	remove(t, e, foreign)
	emptyBucket(t, e, filled)
	remove(t, e, filled)
}
