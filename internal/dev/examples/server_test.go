package examples

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// fake starts fakeaws for a test.
func fake(t *testing.T, why string) *acctest.Env {
	t.Helper()
	e := acctest.Start(t)
	e.FakeOnly(t, why)
	return e
}

// credentialsOf are the lines of a provider block with the server's root key.
func credentialsOf(e *acctest.Env) string {
	root := e.Fake.Root()
	return fmt.Sprintf("  access_key = %q\n  secret_key = %q\n", root.AccessKeyID, root.SecretAccessKey)
}

// toServer overrides what a provider block would take from AWS.
func toServer(e *acctest.Env) string {
	return fmt.Sprintf("provider \"fovea\" {\n%s  s3_use_path_style = true\n  endpoints {\n    s3 = %[2]q\n    iam = %[2]q\n    sts = %[2]q\n  }\n}\n",
		credentialsOf(e), e.Endpoint)
}

// regional is toServer with a region.
func regional(e *acctest.Env) string {
	return strings.Replace(toServer(e), "{\n", "{\n  region = \"us-east-1\"\n", 1)
}

// denyWithoutTLS overrides a call of the module video-storage with what is the default
// at AWS's endpoints alone.
func denyWithoutTLS(module string) string {
	return fmt.Sprintf("module %q {\n  deny_insecure_transport = true\n}\n", module)
}

func upload(t *testing.T, c *s3.Client, bucket, key string) {
	t.Helper()
	if _, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("video")}); err != nil {
		t.Fatal(err)
	}
}

// plays gets a link as a browser does.
func plays(t *testing.T, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the link answers %s", resp.Status)
	}
}

// nothingLeft fails when buckets are left behind.
func nothingLeft(t *testing.T, e *acctest.Env) {
	t.Helper()
	left, err := e.S3.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bucket := range left.Buckets {
		t.Errorf("the bucket %s is left behind", *bucket.Name)
	}
}

// nobodyLeft fails when users or roles are left behind.
func nobodyLeft(t *testing.T, e *acctest.Env) {
	t.Helper()
	users, err := e.IAM.ListUsers(t.Context(), &iam.ListUsersInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range users.Users {
		t.Errorf("the user %s is left behind", *user.UserName)
	}
	roles, err := e.IAM.ListRoles(t.Context(), &iam.ListRolesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles.Roles {
		t.Errorf("the role %s is left behind", *role.RoleName)
	}
}
