package provider_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

const clip = "data.fovea_presigned_url.clip"

func TestPresignedURLExample(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	example := readExample(t, "data-sources", "fovea_presigned_url", "data-source.tf")
	config := e.Config("%s", strings.ReplaceAll(example, `"fovea-videos"`, fmt.Sprintf("%q\n  force_destroy = true", bucket)))
	e.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.fovea_presigned_url.upload", tfjsonpath.New("url"), usable(t, http.MethodPut, http.StatusOK)),
			statecheck.ExpectSensitiveValue(clip, tfjsonpath.New("url")),
		}},
		resource.TestStep{
			PreConfig:        func() { putObject(t, e, bucket, "clips/first.mp4", "") },
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(clip, tfjsonpath.New("url"), usable(t, http.MethodGet, http.StatusPartialContent)),
				statecheck.ExpectKnownValue(clip, tfjsonpath.New("headers"), knownvalue.MapSizeExact(0)),
				statecheck.ExpectKnownValue(clip, tfjsonpath.New("expires_at"), within(24*time.Hour, 48*time.Hour)),
			},
		},
	)
}

func TestPresignedURLOfTheReadProfile(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it checks signatures and permissions")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	const key = "a folder/1+1 = 2, Übung.mp4"
	putObject(t, e, bucket, key, "")
	policy, err := iampolicy.Grant{Bucket: bucket, Access: iampolicy.Read}.Policy()
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.JSON()
	if err != nil {
		t.Fatal(err)
	}
	reader := e.As(userWith(t, e, acctest.Name(t), document))
	e.Run(t, resource.TestStep{
		Config: reader.Config(`
data "fovea_presigned_url" "clip" {
  bucket                = %[1]q
  key                   = %[2]q
  verify_object         = true
  response_content_type = "video/mp4"
}

data "fovea_presigned_url" "upload" {
  bucket = %[1]q
  key    = %[2]q
  method = "PUT"
}
`, bucket, key),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(clip, tfjsonpath.New("url"), usable(t, http.MethodGet, http.StatusPartialContent)),
			statecheck.ExpectKnownValue(clip, tfjsonpath.New("expires_at"), within(59*time.Minute, time.Hour)),
			statecheck.ExpectKnownValue("data.fovea_presigned_url.upload", tfjsonpath.New("url"), usable(t, http.MethodPut, http.StatusForbidden)),
		},
	})
}

// TestPresignedURLOfAKeyWithASlashInFront plays what an upload to "s3://bucket//x"
// made.
func TestPresignedURLOfAKeyWithASlashInFront(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers drop the slash")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	const key = "//clips//first.mp4"
	putObject(t, e, bucket, key, "")
	e.Run(t, resource.TestStep{
		Config: e.Config(`
data "fovea_presigned_url" "clip" {
  bucket        = %q
  key           = %q
  verify_object = true
}
`, bucket, key),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(clip, tfjsonpath.New("url"), usable(t, http.MethodGet, http.StatusPartialContent))},
	})
}

// TestPresignedURLOfADecomposedKey has names as macOS uploads them, which Terraform
// cannot write: it composes every string.
func TestPresignedURLOfADecomposedKey(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "some servers compose keys themselves")
	const composed, decomposed = "caf\u00e9.mp4", "cafe\u0301.mp4"
	for name, tt := range map[string]struct {
		stored []string
		want   string // in the URL
	}{
		"decomposed": {[]string{decomposed}, "cafe%CC%81.mp4"},
		"composed":   {[]string{composed}, "caf%C3%A9.mp4"},
		"both":       {[]string{composed, decomposed}, "caf%C3%A9.mp4"},
		"none":       {nil, "caf%C3%A9.mp4"},
	} {
		t.Run(name, func(t *testing.T) {
			bucket := acctest.Name(t)
			makeBucket(t, e, bucket)
			for _, key := range tt.stored {
				putObject(t, e, bucket, key, "")
			}
			checks := []statecheck.StateCheck{statecheck.ExpectKnownValue(clip, tfjsonpath.New("url"), knownvalue.StringRegexp(regexp.MustCompile("/"+tt.want+`\?`)))}
			if tt.stored != nil {
				checks = append(checks, statecheck.ExpectKnownValue(clip, tfjsonpath.New("url"), usable(t, http.MethodGet, http.StatusPartialContent)))
			}
			e.Run(t, resource.TestStep{
				Config: e.Config(`
data "fovea_presigned_url" "clip" {
  bucket        = %q
  key           = %q
  verify_object = %t
}
`, bucket, decomposed, tt.stored != nil),
				ConfigStateChecks: checks,
			})
		})
	}
}

func TestPresignedURLOfAnAssumedRole(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the account's id is part of the role's ARN")
	makeBucket(t, e, "videos")
	putObject(t, e, "videos", "a.mp4", "")
	user := acctest.Name(t)
	id, secret := userWith(t, e, user, "")
	ctx := t.Context()
	if _, err := e.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("deploy"), AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"AWS":"arn:aws:iam::123456789012:user/` + user + `"},` +
			`"Condition":{"StringEquals":{"sts:ExternalId":"agreed"}}}]}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("deploy"), PolicyName: aws.String("read"), PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}]}`)}); err != nil {
		t.Fatal(err)
	}
	e.Run(t, resource.TestStep{
		Config: e.As(id, secret).ConfigWith(`
  assume_role {
    role_arn     = "arn:aws:iam::123456789012:role/deploy"
    session_name = "test"
    external_id  = "agreed"
    duration     = "15m"
    tags         = { app = "fovea" }
  }
`, `
data "fovea_presigned_url" "clip" {
  bucket = "videos"
  key    = "a.mp4"
}
`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(clip, tfjsonpath.New("url"), usable(t, http.MethodGet, http.StatusPartialContent)),
			statecheck.ExpectKnownValue(clip, tfjsonpath.New("expires_at"), within(14*time.Minute, 15*time.Minute)),
		},
	})
}

func TestPresignedURLBadInput(t *testing.T) {
	for name, tt := range map[string]struct{ arguments, message string }{
		"no lifetime":         {`expires_in = 0`, "0 seconds cannot be used. S3 takes presigned URLs of 1 to 604800 seconds (7 days). Leave the argument out for one hour."},
		"longer than a week":  {`expires_in = 604801`, "604801 seconds cannot be used. S3 takes presigned URLs of 1 to 604800 seconds (7 days)."},
		"unknown method":      {`method = "get"`, `Attribute method value must be one of: ["GET" "HEAD" "PUT"], got: "get"`},
		"window as long":      {`stable_window = 3600`, "Use a stable_window shorter than expires_in"},
		"PUT of a version":    {"method = \"PUT\"\nversion_id = \"v1\"", "Remove version_id, or use GET or HEAD as the method."},
		"absent object":       {`verify_object = true`, "is not there. Keys are matched letter by letter"},
		"archived object":     {"key = \"old.mp4\"\nverify_object = true", "is in the storage class GLACIER. It is listed, and a URL for it can be signed, but it does not play"},
		"key without name":    {`key = ""`, "\"\" cannot be used: it is empty. An object's key has 1 to 1,024 bytes of UTF-8"},
		"bucket without name": {`bucket = ""`, "Attribute bucket string length must be at least 1"},
		"absent bucket":       {`bucket = "fovea-none-of-this-name"`, "Could not find the bucket fovea-none-of-this-name"},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "what the test makes is not cleaned up")
			bucket := acctest.Name(t)
			makeBucket(t, e, bucket)
			putObject(t, e, bucket, "old.mp4", s3types.StorageClassGlacier)
			arguments := tt.arguments
			if !strings.Contains(arguments, "bucket =") {
				arguments += fmt.Sprintf("\nbucket = %q", bucket)
			}
			if !strings.Contains(arguments, "key =") {
				arguments += "\nkey = \"a.mp4\""
			}
			e.Run(t, resource.TestStep{
				Config:      e.Config("data \"fovea_presigned_url\" \"clip\" {\n%s\n}\n", arguments),
				ExpectError: acctest.Message(tt.message),
			})
		})
	}
}

// usable is a URL that answers a request with the status.
func usable(t *testing.T, method string, status int) knownvalue.Check {
	return knownvalue.StringFunc(func(url string) error {
		req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
		if err != nil {
			return err
		}
		if method == http.MethodGet {
			req.Header.Set("Range", "bytes=0-3")
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != status || status == http.StatusPartialContent && string(body) != "0123" {
			return fmt.Errorf("%s: status %d, want %d: %s, %w", method, resp.StatusCode, status, body, err)
		}
		return nil
	})
}

// within is a time that is so far from now.
func within(least, most time.Duration) knownvalue.Check {
	return knownvalue.StringFunc(func(text string) error {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return err
		}
		if d := time.Until(at); d < least || d > most || !strings.HasSuffix(text, "Z") {
			return fmt.Errorf("%s is %s from now", text, d)
		}
		return nil
	})
}

func makeBucket(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
}

// putObject puts ten digits.
func putObject(t *testing.T, e *acctest.Env, bucket, key string, class s3types.StorageClass) {
	t.Helper()
	_, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("0123456789"), StorageClass: class})
	if err != nil {
		t.Fatal(err)
	}
}

// userWith makes an IAM user with a policy, unless it is "", and a key.
func userWith(t *testing.T, e *acctest.Env, name, policy string) (accessKeyID, secretAccessKey string) {
	t.Helper()
	if _, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
		t.Fatal(err)
	}
	if policy != "" {
		_, err := e.IAM.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("test"), PolicyDocument: &policy})
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := e.IAM.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey
}
