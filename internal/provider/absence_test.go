package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// inBetween gives an answer of something between Terraform and AWS.
func inBetween(operation string, status int, contentType, body string) fakeaws.Fault {
	return fakeaws.Fault{Operation: operation, Status: status, ContentType: contentType, Body: body, Foreign: true}
}

// stackOfAbsence has a bucket, and what depends on it.
func stackOfAbsence(prefix string) string {
	return fmt.Sprintf(`
resource "fovea_video_bucket" "this" {
  bucket_prefix = %[1]q
  force_destroy = true
}
resource "fovea_bucket_cors" "this" {
  bucket = fovea_video_bucket.this.bucket
  rules  = [%[2]s]
}
resource "fovea_bucket_lifecycle" "this" { bucket = fovea_video_bucket.this.bucket }
resource "fovea_manifest" "this" { bucket = fovea_video_bucket.this.bucket }
resource "fovea_access_user" "this" {
  name   = %[1]q
  bucket = fovea_video_bucket.this.bucket
}
`, prefix, appRule)
}

// bucketsOf names the buckets whose names begin like that.
func bucketsOf(t *testing.T, e *acctest.Env, prefix string) []string {
	t.Helper()
	out, err := e.S3.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, b := range out.Buckets {
		if strings.HasPrefix(*b.Name, prefix) {
			names = append(names, *b.Name)
		}
	}
	return names
}

// expectNoWrites fails if something was changed, or made, since the last reset.
func expectNoWrites(t *testing.T, e *acctest.Env, when string) {
	t.Helper()
	for _, entry := range e.Fake.Requests().Entries() {
		read := entry.Method == http.MethodGet || entry.Method == http.MethodHead
		if entry.Service != "s3" {
			read = strings.HasPrefix(entry.Operation, "Get") || strings.HasPrefix(entry.Operation, "List")
		}
		if !read {
			t.Errorf("%s: got a %s, want no request that changes something", when, entry.Operation)
		}
	}
}

// TestOneOddAnswer has one answer of a refresh that did not come from AWS. The apply
// ends with an error, and nothing changes.
func TestOneOddAnswer(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	prefix := acctest.Name(t)
	config := e.Config("%s", stackOfAbsence(prefix))
	const text = "404 page not found"
	odd := []fakeaws.Fault{
		inBetween("HeadBucket", 404, "text/plain", text),
		inBetween("HeadBucket", 404, "application/json", "{}"),
		inBetween("HeadBucket", 404, "application/octet-stream", text),
		inBetween("HeadBucket", 404, "text/html", "<html></html>"),
		inBetween("HeadBucket", 404, "", ""),
		inBetween("HeadObject", 404, "text/plain", text),
		inBetween("GetBucketCors", 404, "application/json", `{"Code":"NoSuchCORSConfiguration"}`),
		inBetween("GetBucketCors", 200, "application/json", "{}"),
		inBetween("GetBucketCors", 200, "", ""),
		inBetween("GetBucketLifecycleConfiguration", 404, "", ""),
		inBetween("GetBucketTagging", 404, "application/octet-stream", text),
		inBetween("GetBucketVersioning", 404, "application/xml", "<html><head/></html>"),
		inBetween("ListObjectsV2", 200, "text/plain", "OK"),
		inBetween("GetUser", 404, "text/plain", text),
		inBetween("GetUserPolicy", 404, "application/json", "{}"),
	}
	host := strings.TrimPrefix(e.Endpoint, "http://")
	steps := []resource.TestStep{
		{Config: config},
		{PreConfig: func() { upload(t, e, bucketsOf(t, e, prefix)[0], "a.mp4") }, Config: config},
	}
	steps[1].PostApplyFunc = e.Fake.Requests().Reset
	for _, fault := range odd {
		fault.Times = 1
		want := inOrder("not one of S3, IAM or STS. Check the endpoint: something in between probably answered for "+host, "such as a proxy, a load balancer, or a router without a route")
		if fault.Status == http.StatusOK && fault.Body == "" { // as servers do that ignore the subresource
			want = inOrder("which does not implement the CORS configuration of S3", "If something else answers for "+host+", such as a proxy, correct the endpoint")
		}
		what := fmt.Sprintf("%s, status %d, %s", fault.Operation, fault.Status, fault.ContentType)
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				expectNoWrites(t, e, "before "+what)
				e.Fake.Inject(fault)
			},
			Config:      config,
			ExpectError: want,
		})
	}
	steps = append(steps, resource.TestStep{
		PreConfig: func() {
			expectNoWrites(t, e, "at the end")
			if got := bucketsOf(t, e, prefix); len(got) != 1 {
				t.Errorf("got the buckets %v, want the one", got)
			}
		},
		Config: config, ConfigPlanChecks: nothing(),
	})
	e.Run(t, steps...)
}

// TestMisroutedDestroy has every deletion answered by something in between.
func TestMisroutedDestroy(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	prefix := acctest.Name(t)
	config := e.Config("%s", stackOfAbsence(prefix)+labelled(bucketBlock(prefix+"-lone", ""), "lone")+labelled(bucketBlock(prefix+"-full", "force_destroy = true"), "full"))
	var steps []resource.TestStep
	for _, answer := range []fakeaws.Fault{
		inBetween("", 404, "text/plain", "404 page not found"),
		inBetween("", 404, "", ""),
	} {
		var active faults
		steps = append(steps,
			resource.TestStep{Config: config},
			resource.TestStep{
				PreConfig: func() {
					for _, operation := range []string{
						"DeleteBucket", "DeleteObject", "DeleteObjects", "ListObjectVersions", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteUser", "DeleteUserPolicy",
					} {
						active.inject(e, on(operation, answer))
					}
				},
				Config: config, Destroy: true,
				ExpectError: inOrder("such as a proxy, a load balancer, or a router without a route"),
			},
			resource.TestStep{PreConfig: func() { active.lift() }, Config: config, ConfigPlanChecks: nothing()},
		)
	}
	e.Run(t, steps...)
}

// TestBucketWithoutTagsOnAnotherServer has a code of another make for "no tags".
func TestBucketWithoutTagsOnAnotherServer(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	e.Fake.Inject(fakeaws.Fault{Operation: "GetBucketTagging", Bucket: name, Status: http.StatusNotFound, Code: "NoSuchTagSetError"})
	config := bucketConfig(e, name, "")
	e.Run(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, ConfigPlanChecks: nothing()})
	gone(t, e, name)
}

// TestServerWithoutAName is one that sends no Server header, and takes a request for
// a document that it lacks for one about the bucket.
func TestServerWithoutAName(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it plays another server")
	upstream, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(upstream); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error { r.Header.Del("Server"); return nil },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		switch lacking := query.Has("publicAccessBlock") || query.Has("ownershipControls"); {
		case lacking && r.Method == http.MethodPut:
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte("<Error><Code>BucketAlreadyOwnedByYou</Code></Error>"))
		case lacking && r.Method == http.MethodGet:
			_, _ = w.Write([]byte("<ListBucketResult><Name>x</Name><IsTruncated>false</IsTruncated></ListBucketResult>"))
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	other := *e
	other.Endpoint = server.URL
	name := acctest.Name(t)
	skipped := []statecheck.StateCheck{
		bucketState("public_access_block", knownvalue.Null()),
		bucketState("object_ownership", knownvalue.Null()),
		bucketState("versioning", knownvalue.StringExact("Enabled")),
	}
	other.Run(t,
		resource.TestStep{Config: bucketConfig(&other, name, "public_access_block = {}"), ExpectError: acctest.Message("which does not implement the public access block of S3")},
		resource.TestStep{Config: bucketConfig(&other, name, ""), ConfigStateChecks: skipped},
		resource.TestStep{Config: bucketConfig(&other, name, ""), ConfigPlanChecks: nothing()},
	)
	gone(t, e, name)
}

// TestDeletedOutsideOfTerraform has somebody delete everything but the bucket. Each
// object is created again, and none is taken for a tainted one.
func TestDeletedOutsideOfTerraform(t *testing.T) {
	e := acctest.Start(t)
	bucket, user, role := acctest.Name(t), acctest.Name(t), acctest.Name(t)
	create(t, e, bucket)
	w := newWorkspace(t, e, fmt.Sprintf(`
resource "fovea_access_user" "this" {
  name   = %[2]q
  bucket = %[1]q
}
resource "fovea_access_key" "this" {
  user = fovea_access_user.this.name
}
resource "fovea_access_role" "this" {
  name   = %[3]q
  bucket = %[1]q
}
resource "fovea_bucket_cors" "this" {
  bucket = %[1]q
  rules  = [{ allowed_origins = ["https://fovea.example.com"] }]
}
resource "fovea_manifest" "this" {
  bucket = %[1]q
}
`, bucket, user, role))
	w.apply()
	for _, key := range idsOfKeys(t, e, user) {
		deleteKey(t, e, user, key)
	}
	deletePolicy(t, e, user, "FOVEAVideoAccess")
	deleteUser(t, e, user)
	if err := removeRole(t.Context(), e.IAM, role, "FOVEAVideoAccess", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := e.S3.DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String("manifest.json")}); err != nil {
		t.Fatal(err)
	}

	output := w.apply()

	w.says(output, "Plan: 5 to add, 0 to change, 0 to destroy.")
	w.saysNot(output, "Warning: ")
	w.unchanged()
}
