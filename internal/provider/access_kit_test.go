package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const (
	theUser = "fovea_access_user.this"
	theKey  = "fovea_access_key.this"
)

// userBlock has a user of the bucket fovea-videos, with further arguments.
func userBlock(name, arguments string) string {
	return fmt.Sprintf("resource \"fovea_access_user\" \"this\" {\n  name   = %q\n  bucket = \"fovea-videos\"\n%s\n}\n", name, arguments)
}

// keyBlock has a key of that user, with further arguments.
func keyBlock(arguments string) string {
	return "resource \"fovea_access_key\" \"this\" {\n  user = fovea_access_user.this.name\n" + arguments + "\n}\n"
}

func userState(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(theUser, tfjsonpath.New(attribute), want)
}

func keyState(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(theKey, tfjsonpath.New(attribute), want)
}

func action(address string, is plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, is)
}

// noted keeps the text of an attribute for what follows.
type noted struct {
	address, attribute string
	text               *string
}

func (n noted) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, r := range req.State.Values.RootModule.Resources {
		if text, ok := r.AttributeValues[n.attribute].(string); ok && r.Address == n.address {
			*n.text = text
			return
		}
	}
	resp.Error = fmt.Errorf("the state has no text %s of %s", n.attribute, n.address)
}

// planText runs a check on everything that a plan holds, in text.
type planText func(text string) error

func (c planText) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	text, err := json.Marshal(req.Plan)
	resp.Error = errors.Join(err, c(string(text)))
}

// videos makes a bucket with objects, and returns how to know what a key may do
// with it: the names of the operations that are allowed.
func videos(t *testing.T, e *acctest.Env, bucket string) func(accessKeyID, secret string) []string {
	t.Helper()
	makeBucket(t, e, bucket)
	for _, key := range []string{"a/1.mp4", "b/2.mp4", "manifest.json"} {
		putObject(t, e, bucket, key, "")
	}
	return func(accessKeyID, secret string) []string {
		client := e.S3As(t, accessKeyID, secret)
		var allowed []string
		for _, attempt := range attempts(bucket) {
			err := attempt.do(t.Context(), client)
			switch {
			case err == nil:
				allowed = append(allowed, attempt.name)
			case !awserr.Is(err, "AccessDenied", "Forbidden"):
				t.Errorf("%s: %v", attempt.name, err)
			}
		}
		return allowed
	}
}

type attempt struct {
	name string
	do   func(context.Context, *s3.Client) error
}

// attempts are what a key may try, the deletions last.
func attempts(bucket string) []attempt {
	list := func(prefix string) attempt {
		return attempt{"LIST " + prefix, func(ctx context.Context, c *s3.Client) error {
			_, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
			return err
		}}
	}
	get := func(key string) attempt {
		return attempt{"GET " + key, func(ctx context.Context, c *s3.Client) error {
			out, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
			if err != nil {
				return err
			}
			return out.Body.Close()
		}}
	}
	put := func(key string) attempt {
		return attempt{"PUT " + key, func(ctx context.Context, c *s3.Client) error {
			_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("0123456789")})
			return err
		}}
	}
	return []attempt{
		list(""), list("a/"), get("a/1.mp4"), get("b/2.mp4"), get("manifest.json"), put("a/3.mp4"), put("manifest.json"),
		{"LOCATE", func(ctx context.Context, c *s3.Client) error {
			_, err := c.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket})
			return err
		}},
		{"UPLOAD", func(ctx context.Context, c *s3.Client) error { return multipart(ctx, c, bucket, "a/4.mp4") }},
		{"DELETE", func(ctx context.Context, c *s3.Client) error {
			_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String("a/1.mp4")})
			return err
		}},
		{"DELETE BUCKET", func(ctx context.Context, c *s3.Client) error {
			_, err := c.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket})
			return err
		}},
	}
}

// multipart begins an upload in parts, looks at it and ends it.
func multipart(ctx context.Context, c *s3.Client, bucket, key string) error {
	upload, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return err
	}
	if _, err := c.ListParts(ctx, &s3.ListPartsInput{Bucket: &bucket, Key: &key, UploadId: upload.UploadId}); err != nil {
		return err
	}
	_, err = c.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &bucket, Key: &key, UploadId: upload.UploadId})
	return err
}

// putPolicy changes an inline policy behind Terraform's back.
func putPolicy(t *testing.T, e *acctest.Env, user, name, document string) {
	t.Helper()
	_, err := e.IAM.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &user, PolicyName: &name, PolicyDocument: &document})
	if err != nil {
		t.Fatal(err)
	}
}

func deletePolicy(t *testing.T, e *acctest.Env, user, name string) {
	t.Helper()
	if _, err := e.IAM.DeleteUserPolicy(t.Context(), &iam.DeleteUserPolicyInput{UserName: &user, PolicyName: &name}); err != nil {
		t.Fatal(err)
	}
}

func makeUser(t *testing.T, e *acctest.Env, name string) {
	t.Helper()
	if _, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
		t.Fatal(err)
	}
}

func deleteUser(t *testing.T, e *acctest.Env, name string) {
	t.Helper()
	if _, err := e.IAM.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: &name}); err != nil {
		t.Fatal(err)
	}
}

// makeKey makes a key behind Terraform's back.
func makeKey(t *testing.T, e *acctest.Env, user string) (accessKeyID, secret string) {
	t.Helper()
	out, err := e.IAM.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &user})
	if err != nil {
		t.Fatal(err)
	}
	return *out.AccessKey.AccessKeyId, *out.AccessKey.SecretAccessKey
}

func deleteKey(t *testing.T, e *acctest.Env, user, id string) {
	t.Helper()
	if _, err := e.IAM.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{UserName: &user, AccessKeyId: &id}); err != nil {
		t.Fatal(err)
	}
}

// idsOfKeys lists the IDs of a user's keys, none for a user that does not exist.
func idsOfKeys(t *testing.T, e *acctest.Env, user string) []string {
	t.Helper()
	out, err := e.IAM.ListAccessKeys(t.Context(), &iam.ListAccessKeysInput{UserName: &user})
	if err != nil && !awserr.NotFound(err) {
		t.Fatal(err)
	}
	var ids []string
	if err == nil {
		for _, key := range out.AccessKeyMetadata {
			ids = append(ids, *key.AccessKeyId)
		}
	}
	return ids
}

// userExists reports whether IAM has the user.
func userExists(t *testing.T, e *acctest.Env, name string) bool {
	t.Helper()
	_, err := e.IAM.GetUser(t.Context(), &iam.GetUserInput{UserName: &name})
	if err != nil && !awserr.NotFound(err) {
		t.Fatal(err)
	}
	return err == nil
}

func tagUser(t *testing.T, e *acctest.Env, name, key, value string) {
	t.Helper()
	_, err := e.IAM.TagUser(t.Context(), &iam.TagUserInput{UserName: &name, Tags: []iamtypes.Tag{{Key: &key, Value: &value}}})
	if err != nil {
		t.Fatal(err)
	}
}
