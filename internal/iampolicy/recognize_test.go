package iampolicy

import (
	"reflect"
	"testing"
)

func TestRecognizeFindsTheGrantOfAPolicy(t *testing.T) {
	for name, grant := range map[string]Grant{
		"read":     {Partition: "aws", Bucket: "videos", Access: Read},
		"narrowed": {Partition: "aws-cn", Bucket: "videos", Access: Read, Prefixes: []string{"a/", "b/"}},
		"upload":   {Partition: "aws", Bucket: "videos", Access: Upload, KMSKeyARNs: []string{"arn:aws:kms:us-east-1:123456789012:key/1"}},
		"manifest": {Partition: "aws", Bucket: "videos", Access: Manifest, ManifestKey: "lists/manifest.json"},
	} {
		t.Run(name, func(t *testing.T) {
			policy, err := grant.Policy()
			if err != nil {
				t.Fatal(err)
			}
			document, err := policy.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := Recognize(document); !ok || !reflect.DeepEqual(got, grant) {
				t.Errorf("got %+v, %v, want %+v", got, ok, grant)
			}
		})
	}
}

func TestRecognizeRefusesOtherPolicies(t *testing.T) {
	for name, document := range map[string]string{
		"no policy":     `[]`,
		"one statement": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]}]}`,
		"two buckets":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::others/*"}]}`,
		"everything":    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	} {
		if got, ok := Recognize(document); ok {
			t.Errorf("%s: recognized as %+v", name, got)
		}
	}
}
