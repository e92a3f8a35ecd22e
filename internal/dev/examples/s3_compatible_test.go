package examples

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// testS3Compatible plays a server without IAM and STS, and without the documents
// that such servers mostly lack.
func testS3Compatible(t *testing.T) {
	e := fake(t, "it plays a server that lacks documents")
	name := "fovea"
	user, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	key, err := e.IAM.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{"BucketEncryption", "PublicAccessBlock", "BucketOwnershipControls"} {
		for _, verb := range []string{"Get", "Put", "Delete"} {
			e.Fake.Inject(fakeaws.Fault{Operation: verb + document, Status: http.StatusNotImplemented, Code: "NotImplemented", Message: "not here"})
		}
	}
	e.Fake.Requests().Reset()

	bucket := guideBucket
	f := copyExample(t, "s3-compatible", "provider \"fovea\" {\n"+credentialsOf(e)+"}\n", map[string]any{
		"endpoint": e.Endpoint, "reader": *user.User.Arn, "force_destroy": true,
	})
	f.apply(t)
	f.planIsEmpty(t)

	upload(t, e.S3, bucket, "intro.mp4")
	f.apply(t, "-var=video_key=intro.mp4")
	f.planIsEmpty(t, "-var=video_key=intro.mp4")
	var link string
	f.output(t, "video_url", &link)
	if !strings.HasPrefix(link, e.Endpoint+"/"+bucket+"/intro.mp4?") {
		t.Errorf("the link %s is not one of the server, with the bucket in the path", link)
	}
	plays(t, link)

	// The policy alone lets FOVEA's user read.
	reader := e.S3As(t, *key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey)
	listed, err := reader.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	if len(listed.Contents) != 2 {
		t.Errorf("FOVEA lists %d objects, not the video and the manifest", len(listed.Contents))
	}

	if policy := f.run(t, "output", "-raw", "reader_policy"); !strings.Contains(policy, "s3:ListBucket") {
		t.Errorf("the policy for FOVEA's user does not let it list: %s", policy)
	}

	f.destroy(t)
	nothingLeft(t, e)
	for operation, count := range e.Fake.Requests().Counts() {
		if strings.HasSuffix(operation, "User") || strings.HasSuffix(operation, "Role") || operation == "GetCallerIdentity" {
			t.Errorf("%d requests of %s, which such a server does not have", count, operation)
		}
	}
}
