package iampolicy

import (
	"strings"
	"testing"
)

func TestReplicationPolicy(t *testing.T) {
	const (
		read = `{"Sid":"ReadReplication","Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket"],"Resource":"arn:aws:s3:::videos"},` +
			`{"Sid":"ReadVersions","Effect":"Allow","Action":["s3:GetObjectVersionAcl","s3:GetObjectVersionForReplication","s3:GetObjectVersionTagging"],"Resource":"arn:aws:s3:::videos/*"},`
		write = `{"Sid":"WriteReplicas","Effect":"Allow","Action":["s3:ReplicateDelete","s3:ReplicateObject","s3:ReplicateTags"],"Resource":`
	)
	tests := map[string]struct {
		replication Replication
		want        string
	}{
		"plain, to two buckets": {
			Replication{SourceBucketARN: "arn:aws:s3:::videos", DestinationBucketARNs: []string{"arn:aws:s3:::b", "arn:aws:s3:::a"}},
			read + write + `["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}`,
		},
		"with KMS, for these buckets alone": {
			Replication{
				SourceBucketARN: "arn:aws:s3:::videos", DestinationBucketARNs: []string{"arn:aws:s3:::backup"},
				SourceKMSKeyARNs: []string{"arn:aws:kms:us-east-1:1:key/s"}, ReplicaKMSKeyARNs: []string{"arn:aws:kms:us-west-2:1:key/r"},
			},
			read + write + `"arn:aws:s3:::backup/*"},` +
				`{"Sid":"DecryptSource","Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:1:key/s",` +
				`"Condition":{"StringLike":{"kms:EncryptionContext:aws:s3:arn":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]}}},` +
				`{"Sid":"EncryptReplicas","Effect":"Allow","Action":["kms:Encrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:us-west-2:1:key/r",` +
				`"Condition":{"StringLike":{"kms:EncryptionContext:aws:s3:arn":["arn:aws:s3:::backup","arn:aws:s3:::backup/*"]}}}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := tt.replication.Policy()
			if err != nil {
				t.Fatal(err)
			}
			got, err := doc.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if want := `{"Version":"2012-10-17","Statement":[` + tt.want + `]}`; got != want {
				t.Errorf("policy\n got %s\nwant %s", got, want)
			}
		})
	}
	if _, err := (Replication{SourceBucketARN: "arn:aws:s3:::videos"}).Policy(); err == nil || !strings.Contains(err.Error(), "destination") {
		t.Errorf("error %v for a replication to nowhere", err)
	}
}

func TestDecode(t *testing.T) {
	const plain = `{"Statement":[{"Resource":"arn:aws:s3:::v/a+b c%/*"}]}`
	for name, document := range map[string]string{
		"as IAM encodes":        `%7B%22Statement%22%3A%5B%7B%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Av%2Fa%2Bb%20c%25%2F%2A%22%7D%5D%7D`,
		"with + for a space":    `%7B%22Statement%22%3A%5B%7B%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Av/a%2Bb+c%25/*%22%7D%5D%7D`,
		"plain, with a percent": plain,
	} {
		if got, err := Decode(document); err != nil || got != plain {
			t.Errorf("%s: %s, %v; want %s", name, got, err, plain)
		}
	}
	for _, document := range []string{"", "%7B", "%zz", "<html>"} {
		if got, err := Decode(document); err == nil {
			t.Errorf("Decode(%q) = %q, want an error", document, got)
		}
	}
}
