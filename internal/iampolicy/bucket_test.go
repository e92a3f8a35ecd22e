package iampolicy

import (
	"reflect"
	"strings"
	"testing"
)

func TestBucketPolicyComesBackAsItWas(t *testing.T) {
	for name, policy := range map[string]BucketPolicy{
		"TLS only": {DenyInsecureTransport: true},
		"everything": {
			DenyInsecureTransport:      true,
			CloudFrontDistributionARNs: []string{"arn:aws:cloudfront::123456789012:distribution/A", "arn:aws:cloudfront::123456789012:distribution/B"},
			AccessLogSourceARNs:        []string{"arn:aws:s3:::videos"},
			InventorySourceARNs:        []string{"arn:aws:s3:::movies", "arn:aws:s3:::videos"},
			SourceAccount:              "123456789012",
			SourceDocuments:            []string{`{"Version":"2012-10-17","Statement":[{"Sid":"Mine","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"}]}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			policy.Partition, policy.Bucket = "aws", "videos"
			text, err := policy.JSON()
			if err != nil {
				t.Fatal(err)
			}
			got, err := RecognizeBucketPolicy("aws", "videos", text)
			if err != nil || !reflect.DeepEqual(got, policy) {
				t.Errorf("%+v, %v, want %+v", got, err, policy)
			}
		})
	}
}

// TestBucketPolicyOfEveryone takes apart the two spellings of the statement for everyone,
// and writes the one that all servers read.
func TestBucketPolicyOfEveryone(t *testing.T) {
	own, err := BucketPolicy{Partition: "aws", Bucket: "videos", DenyInsecureTransport: true}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if want := `"Principal":{"AWS":"*"}`; !strings.Contains(own, want) {
		t.Errorf("got %s, want %s in it", own, want)
	}
	for name, document := range map[string]string{"an object": own, "a word": strings.Replace(own, `{"AWS":"*"}`, `"*"`, 1)} {
		got, err := RecognizeBucketPolicy("aws", "videos", document)
		if want := (BucketPolicy{Partition: "aws", Bucket: "videos", DenyInsecureTransport: true}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, want)
		}
	}
}

func TestBucketPolicyWithoutStatementsIsEmpty(t *testing.T) {
	if text, err := (BucketPolicy{Bucket: "videos"}).JSON(); text != "" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

func TestBucketPolicyRefusesBadSources(t *testing.T) {
	for want, document := range map[string]string{
		"not a JSON object": `{`,
		"not a policy":      `{"name":"x"}`,
		"there alread":      `{"Statement":{"Sid":"DenyInsecureTransport","Effect":"Allow"}}`,
	} {
		_, err := BucketPolicy{Bucket: "videos", DenyInsecureTransport: true, SourceDocuments: []string{document}}.JSON()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", document, err)
		}
	}
}

func TestAStatementThatOnlyBearsTheNameIsForeign(t *testing.T) {
	document := `{"Version":"2012-10-17","Statement":[{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::videos/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
	got, err := RecognizeBucketPolicy("aws", "videos", document)
	if err != nil || got.DenyInsecureTransport || len(got.SourceDocuments) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
