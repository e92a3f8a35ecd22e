package iampolicy

import (
	"reflect"
	"slices"
	"testing"
)

func TestRecognizeFindsTheGrantOfAPolicy(t *testing.T) {
	for name, grant := range map[string]Grant{
		"read":     {Partition: "aws", Bucket: "videos", Access: Read},
		"narrowed": {Partition: "aws-cn", Bucket: "videos", Access: Read, Prefixes: []string{"a/", "b/"}},
		"upload":   {Partition: "aws", Bucket: "videos", Access: Upload, KMSKeyARNs: []string{"arn:aws:kms:us-east-1:123456789012:key/1"}},
		"several":  {Partition: "aws", Bucket: "videos", AdditionalBuckets: []string{"archive", "backup"}, Access: Read},
		"several, narrowed": {
			Partition: "aws", Bucket: "videos", AdditionalBuckets: []string{"backup"}, Access: Upload, Prefixes: []string{"a/", "b/"},
			KMSKeyARNs: []string{"arn:aws:kms:us-east-1:123456789012:key/1"},
		},
		"several manifests": {Partition: "aws", Bucket: "videos", AdditionalBuckets: []string{"backup"}, Access: Manifest, ManifestKey: "lists/manifest.json"},
		"manifest":          {Partition: "aws", Bucket: "videos", Access: Manifest, ManifestKey: "lists/manifest.json"},
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
		"objects alone": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`,
		"less in one":   `{"Version":"2012-10-17","Statement":[{"Sid":"ListVideos","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":["arn:aws:s3:::videos","arn:aws:s3:::backup"]},{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`,
		"everything":    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	} {
		if got, ok := Recognize(document); ok {
			t.Errorf("%s: recognized as %+v", name, got)
		}
	}
}

func TestBucketARNs(t *testing.T) {
	statement := func(effect, resources string) string {
		return `{"Effect":"` + effect + `","Action":"s3:*","Resource":` + resources + `}`
	}
	for name, tt := range map[string]struct {
		statements string
		want       []string
	}{
		"bucket and objects": {`[` + statement("Allow", `["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]`) + `]`, []string{"arn:aws:s3:::videos"}},
		"objects alone":      {`[` + statement("Allow", `"arn:aws-cn:s3:::videos/a/*"`) + `]`, []string{"arn:aws-cn:s3:::videos"}},
		"one statement":      {statement("Allow", `"arn:aws:s3:::videos"`), []string{"arn:aws:s3:::videos"}},
		"two, in order":      {`[` + statement("Allow", `"arn:aws:s3:::b"`) + `,` + statement("Allow", `"arn:aws:s3:::a"`) + `]`, []string{"arn:aws:s3:::b", "arn:aws:s3:::a"}},
		"a denial":           {`[` + statement("Deny", `"arn:aws:s3:::videos"`) + `]`, nil},
		"patterns":           {`[` + statement("Allow", `["*","arn:aws:s3:::*","arn:aws:s3:::v?/*","arn:aws:s3:::${aws:username}"]`) + `]`, nil},
		"something else":     {`[` + statement("Allow", `["arn:aws:kms:us-east-1:123456789012:key/1","arn:aws:s3:us-east-1:123456789012:accesspoint/x"]`) + `]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := BucketARNs(`{"Version":"2012-10-17","Statement":` + tt.statements + `}`); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
