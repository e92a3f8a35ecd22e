package iampolicy

import (
	"strings"
	"testing"
)

func TestRequiresTLS(t *testing.T) {
	own, err := BucketPolicy{Bucket: "videos", DenyInsecureTransport: true}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	const insecure = `{"Bool":{"aws:SecureTransport":"false"}}`
	deny := func(principal, action, resource, condition string) string {
		return `{"Effect":"Deny","Principal":` + principal + `,"Action":` + action + `,"Resource":` + resource + `,"Condition":` + condition + `}`
	}
	const both = `["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]`
	for name, tt := range map[string]struct {
		statements []string
		want       bool
	}{
		"none":                  {[]string{`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`}, false},
		"a bool":                {[]string{deny(`"*"`, `"s3:*"`, both, `{"Bool":{"aws:SecureTransport":false}}`)}, true},
		"other words":           {[]string{deny(`{"AWS":"*"}`, `"*"`, `"*"`, `{"BoolIfExists":{"AWS:securetransport":["false"]}}`)}, true},
		"wildcards":             {[]string{deny(`"*"`, `["s3:Get*","s3:L?st*"]`, `"arn:aws-cn:s3:::vid*"`, insecure)}, true},
		"two statements":        {[]string{deny(`"*"`, `"s3:*"`, `"arn:aws:s3:::videos"`, insecure), deny(`"*"`, `"s3:*"`, `"arn:aws:s3:::videos/*"`, insecure)}, true},
		"objects only":          {[]string{deny(`"*"`, `"s3:*"`, `"arn:aws:s3:::videos/*"`, insecure)}, false},
		"a folder only":         {[]string{deny(`"*"`, `"s3:*"`, `["arn:aws:s3:::videos","arn:aws:s3:::videos/clips/*"]`, insecure)}, false},
		"writes only":           {[]string{deny(`"*"`, `"s3:Put*"`, both, insecure)}, false},
		"one user":              {[]string{deny(`{"AWS":"arn:aws:iam::123456789012:user/x"}`, `"s3:*"`, both, insecure)}, false},
		"a further condition":   {[]string{deny(`"*"`, `"s3:*"`, both, `{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:SourceVpc":"vpc-1"}}`)}, false},
		"a further key":         {[]string{deny(`"*"`, `"s3:*"`, both, `{"Bool":{"aws:SecureTransport":"false","aws:ViaAWSService":"false"}}`)}, false},
		"denies TLS":            {[]string{deny(`"*"`, `"s3:*"`, both, `{"Bool":{"aws:SecureTransport":"true"}}`)}, false},
		"another bucket":        {[]string{deny(`"*"`, `"s3:*"`, `["arn:aws:s3:::others","arn:aws:s3:::others/*"]`, insecure)}, false},
		"an Allow without TLS":  {[]string{strings.Replace(deny(`"*"`, `"s3:*"`, both, insecure), "Deny", "Allow", 1)}, false},
		"an unconditional Deny": {[]string{deny(`"*"`, `"s3:*"`, both, `{}`)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			document := `{"Version":"2012-10-17","Statement":[` + strings.Join(tt.statements, ",") + `]}`
			if got := RequiresTLS(document, "videos"); got != tt.want {
				t.Errorf("got %t, want %t for %s", got, tt.want, document)
			}
		})
	}
	for document, want := range map[string]bool{own: true, "": false, "[]": false, "{}": false} {
		if got := RequiresTLS(document, "videos"); got != want {
			t.Errorf("got %t, want %t for %q", got, want, document)
		}
	}
}
