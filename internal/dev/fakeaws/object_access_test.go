package fakeaws

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func allow(actions, resources string) string {
	return `{"Effect":"Allow","Action":[` + actions + `],"Resource":"` + resources + `"}`
}

func TestAbsenceIsToldToWhoMayList(t *testing.T) {
	s, _ := withBucket(t, Options{})
	get := allow(`"s3:GetObject"`, "arn:aws:s3:::videos/*")
	for name, tc := range map[string]struct{ policy, code string }{
		"reader": {policy(get), "AccessDenied"},
		"lister": {policy(get + "," + allow(`"s3:ListBucket"`, "arn:aws:s3:::videos")), "NoSuchKey"},
	} {
		c := client(s, newUser(t, s, name, tc.policy))
		_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("absent")})
		wantCode(t, err, tc.code)
	}
}

func TestListingByPrefix(t *testing.T) {
	s, root := withBucket(t, Options{})
	put(t, root, "team/a", "x")
	c := client(s, newUser(t, s, "u", policy(`{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos","Condition":{"StringLike":{"s3:prefix":"team/*"}}}`)))
	list := func(prefix *string) error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos, Prefix: prefix})
		return err
	}
	if err := list(aws.String("team/a")); err != nil {
		t.Error(err)
	}
	wantCode(t, list(nil), "AccessDenied")
	wantCode(t, list(aws.String("other/")), "AccessDenied")
}

func TestVersionsNeedTheirOwnPermission(t *testing.T) {
	s, root := withBucket(t, Options{})
	setVersioning(t, root, types.BucketVersioningStatusEnabled)
	id := put(t, root, "k", "x").VersionId
	c := client(s, newUser(t, s, "u", policy(allow(`"s3:GetObject","s3:DeleteObject"`, "arn:aws:s3:::videos/*"))))
	if out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("k")}); err != nil {
		t.Error(err)
	} else {
		read(t, out.Body)
	}
	_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("k"), VersionId: id})
	wantCode(t, err, "AccessDenied")
	_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: videos, Key: aws.String("k"), VersionId: id})
	wantCode(t, err, "AccessDenied")
	out := must[*s3.DeleteObjectsOutput](t)(c.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: videos, Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("k")}, {Key: aws.String("k"), VersionId: id}},
	}}))
	if len(out.Deleted) != 1 || len(out.Errors) != 1 || *out.Errors[0].Code != "AccessDenied" {
		t.Errorf("deleted %v, errors %v", out.Deleted, out.Errors)
	}
}

// A write with If-Match tells whether the etag is right.
func TestIfMatchNeedsReadPermission(t *testing.T) {
	s, root := withBucket(t, Options{})
	etag := put(t, root, "k", "x").ETag
	c := client(s, newUser(t, s, "u", policy(allow(`"s3:PutObject"`, "arn:aws:s3:::videos/*"))))
	put(t, c, "new", "y", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
	_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: videos, Key: aws.String("k"), Body: strings.NewReader("y"), IfMatch: etag})
	wantCode(t, err, "AccessDenied")
}

func TestCustomerKeyNeedsItsOwnPermission(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
	s, root := withBucket(t, Options{})
	encrypted := func(in *s3.PutObjectInput) {
		in.ServerSideEncryption, in.SSEKMSKeyId = types.ServerSideEncryptionAwsKms, aws.String(key)
	}
	out := put(t, root, "k", "hello", encrypted)
	if aws.ToString(out.SSEKMSKeyId) != key || aws.ToString(out.ETag) == `"5d41402abc4b2a76b9719d911017c592"` {
		t.Errorf("key %s, etag %s", aws.ToString(out.SSEKMSKeyId), aws.ToString(out.ETag))
	}
	objects := allow(`"s3:GetObject","s3:PutObject"`, "arn:aws:s3:::videos/*")
	for name, tc := range map[string]struct{ policy, code string }{
		"without": {policy(objects), "AccessDenied"},
		"with":    {policy(objects + "," + allow(`"kms:Decrypt","kms:GenerateDataKey"`, key)), ""},
	} {
		c := client(s, newUser(t, s, name, tc.policy))
		_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("k")})
		if tc.code != "" || err != nil {
			wantCode(t, err, tc.code)
		}
		in := &s3.PutObjectInput{Bucket: videos, Key: aws.String("k2"), Body: strings.NewReader("x")}
		encrypted(in)
		if _, err := c.PutObject(t.Context(), in); tc.code != "" || err != nil {
			wantCode(t, err, tc.code)
		}
	}
}
