package provider_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

var (
	denied  = fakeaws.Fault{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	lacking = fakeaws.Fault{Status: http.StatusNotImplemented, Code: "NotImplemented", Message: "A header you provided implies functionality that is not implemented."}
	webPage = fakeaws.Fault{Status: http.StatusNotFound, Body: "<html><body>Not found</body></html>"}
)

// on gives a fault of one operation.
func on(operation string, f fakeaws.Fault) fakeaws.Fault {
	f.Operation = operation
	return f
}

// faults can be lifted together.
type faults struct{ remove []func() }

func (f *faults) inject(e *acctest.Env, all ...fakeaws.Fault) {
	for _, fault := range all {
		f.remove = append(f.remove, e.Fake.Inject(fault))
	}
}

func (f *faults) lift() {
	for _, remove := range f.remove {
		remove()
	}
	f.remove = nil
}

// gone expects that a bucket does not exist.
func gone(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.ListObjectsV2(t.Context(), awserr.ListOne(bucket)); !awserr.BucketGone(err) {
		t.Errorf("the bucket %s is there, or cannot be looked at: %v", bucket, err)
	}
}

// deleteBucket deletes an empty bucket behind Terraform's back.
func deleteBucket(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.DeleteBucket(context.WithoutCancel(t.Context()), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
		t.Error(err)
	}
}

// upload puts an empty object into a bucket.
func upload(t *testing.T, e *acctest.Env, bucket, key string) {
	t.Helper()
	if _, err := e.S3.PutObject(context.WithoutCancel(t.Context()), &s3.PutObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		t.Error(err)
	}
}
