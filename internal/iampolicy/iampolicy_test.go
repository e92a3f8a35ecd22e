package iampolicy

import (
	"encoding/json"
	"strings"
	"testing"
)

func policyJSON(t *testing.T, g Grant) string {
	t.Helper()
	doc, err := g.Policy()
	if err != nil {
		t.Fatal(err)
	}
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid([]byte(text)) {
		t.Fatalf("not JSON: %s", text)
	}
	return text
}

func TestGrantPolicy(t *testing.T) {
	const list = `{"Sid":"ListVideos","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":"arn:aws:s3:::videos"}`
	tests := map[string]struct {
		grant Grant
		want  string
	}{
		"read": {
			Grant{Bucket: "videos", Access: Read},
			list + `,{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`,
		},
		"upload": {
			Grant{Bucket: "videos", Access: Upload},
			list + `,{"Sid":"ReadAndUploadVideos","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:GetObject","s3:ListMultipartUploadParts","s3:PutObject"],"Resource":"arn:aws:s3:::videos/*"}`,
		},
		"manifest": {
			Grant{Bucket: "videos", Access: Manifest, ManifestKey: "manifest.json"},
			`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:ListBucket","s3:ListBucketMultipartUploads"],"Resource":"arn:aws:s3:::videos"},` +
				`{"Sid":"PublishManifest","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::videos/manifest.json"}`,
		},
		"prefixes, in whatever order, keep GetBucketLocation free of s3:prefix": {
			Grant{Bucket: "videos", Access: Read, Prefixes: []string{"b/", "a/", "b/"}},
			`{"Sid":"LocateBucket","Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::videos"},` +
				`{"Sid":"ListVideos","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos","Condition":{"StringLike":{"s3:prefix":["a/*","b/*"]}}},` +
				`{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::videos/a/*","arn:aws:s3:::videos/b/*"]}`,
		},
		"additional buckets, in whatever order, follow the first": {
			Grant{Bucket: "videos", AdditionalBuckets: []string{"backup", "archive", "videos", "backup"}, Access: Read},
			`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":["arn:aws:s3:::videos","arn:aws:s3:::archive","arn:aws:s3:::backup"]},` +
				`{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::videos/*","arn:aws:s3:::archive/*","arn:aws:s3:::backup/*"]}`,
		},
		"prefixes hold in each bucket": {
			Grant{Bucket: "videos", AdditionalBuckets: []string{"backup"}, Access: Read, Prefixes: []string{"a/", "b/"}},
			`{"Sid":"LocateBucket","Effect":"Allow","Action":"s3:GetBucketLocation","Resource":["arn:aws:s3:::videos","arn:aws:s3:::backup"]},` +
				`{"Sid":"ListVideos","Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::videos","arn:aws:s3:::backup"],"Condition":{"StringLike":{"s3:prefix":["a/*","b/*"]}}},` +
				`{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::videos/a/*","arn:aws:s3:::videos/b/*","arn:aws:s3:::backup/a/*","arn:aws:s3:::backup/b/*"]}`,
		},
		"a manifest in each bucket": {
			Grant{Bucket: "videos", AdditionalBuckets: []string{"backup"}, Access: Manifest, ManifestKey: "manifest.json"},
			`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:ListBucket","s3:ListBucketMultipartUploads"],"Resource":["arn:aws:s3:::videos","arn:aws:s3:::backup"]},` +
				`{"Sid":"PublishManifest","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::videos/manifest.json","arn:aws:s3:::backup/manifest.json"]}`,
		},
		"a KMS key is used for reading only by a reader": {
			Grant{Partition: "aws-cn", Bucket: "videos", Access: Read, KMSKeyARNs: []string{"arn:aws-cn:kms:cn-north-1:1:key/k"}},
			strings.ReplaceAll(list, "arn:aws:", "arn:aws-cn:") +
				`,{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws-cn:s3:::videos/*"}` +
				`,{"Sid":"UseVideoKeys","Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws-cn:kms:cn-north-1:1:key/k"}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want := `{"Version":"2012-10-17","Statement":[` + tt.want + `]}`
			if got := policyJSON(t, tt.grant); got != want {
				t.Errorf("policy\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestWritersMayMakeDataKeys(t *testing.T) {
	for _, access := range []Access{Upload, Manifest} {
		text := policyJSON(t, Grant{Bucket: "v", Access: access, ManifestKey: "m.json", KMSKeyARNs: []string{"arn:k"}})
		if !strings.Contains(text, `["kms:Decrypt","kms:GenerateDataKey"]`) {
			t.Errorf("%s cannot write with the key: %s", access, text)
		}
	}
}

func TestGrantErrors(t *testing.T) {
	for want, g := range map[string]Grant{
		`unknown access profile "write"`: {Bucket: "v", Access: "write"},
		"needs the manifest's key":       {Bucket: "v", Access: Manifest},
	} {
		if _, err := g.Policy(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

func TestEquivalent(t *testing.T) {
	a := policyJSON(t, Grant{Bucket: "videos", Access: Upload})
	reordered := strings.Replace(a, `"s3:GetBucketLocation","s3:ListBucket"`, `"s3:ListBucket","s3:GetBucketLocation"`, 1)
	if reordered == a {
		t.Fatal("the test reorders nothing")
	}
	if !Equivalent(a, reordered) {
		t.Error("the order of actions makes a difference")
	}
	if Equivalent(a, policyJSON(t, Grant{Bucket: "videos", Access: Read})) {
		t.Error("upload and read are equivalent")
	}
	if Equivalent("{", a) {
		t.Error("a broken document is equivalent to a policy")
	}
}

func TestEveryoneHasTwoSpellings(t *testing.T) {
	policy := func(statements string) string { return `{"Version":"2012-10-17","Statement":` + statements + `}` }
	statement := func(principal string) string {
		return `{"Sid":"A","Effect":"Deny",` + principal + `"Action":"s3:*","Resource":"arn:aws:s3:::videos/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	}
	own := policy("[" + statement(`"Principal":{"AWS":"*"},`) + "]")
	for name, tt := range map[string]struct {
		other string
		want  bool
	}{
		"as a word":                {policy("[" + statement(`"Principal":"*",`) + "]"), true},
		"as a list":                {policy("[" + statement(`"Principal":{"AWS":["*"]},`) + "]"), true},
		"without a list":           {policy(statement(`"Principal":"*",`)), true},
		"one account":              {policy("[" + statement(`"Principal":{"AWS":"123456789012"},`) + "]"), false},
		"a service":                {policy("[" + statement(`"Principal":{"Service":"*"},`) + "]"), false},
		"nobody":                   {policy("[" + statement(``) + "]"), false},
		"everybody but":            {policy("[" + statement(`"NotPrincipal":"*",`) + "]"), false},
		"with another statement":   {policy("[" + statement(`"Principal":"*",`) + "," + strings.Replace(statement(`"Principal":"*",`), `"A"`, `"B"`, 1) + "]"), false},
		"statements of no use":     {policy("null"), false},
		"statements that are text": {policy(`"*"`), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Equivalent(own, tt.other); got != tt.want {
				t.Errorf("got %t for\n%s\n%s\nwant %t", got, own, tt.other, tt.want)
			}
			if got := Equivalent(tt.other, own); got != tt.want {
				t.Errorf("got %t the other way round, want %t", got, tt.want)
			}
		})
	}
}

func TestCharactersOfHTMLStayReadable(t *testing.T) {
	text := policyJSON(t, Grant{Bucket: "videos", Access: Read, Prefixes: []string{"a&b<c>/"}})
	if !strings.Contains(text, "a&b<c>/*") {
		t.Errorf("escaped: %s", text)
	}
}
