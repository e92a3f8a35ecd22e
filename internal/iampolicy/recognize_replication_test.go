package iampolicy

import (
	"reflect"
	"testing"
)

func TestRecognizeReplication(t *testing.T) {
	for name, replication := range map[string]Replication{
		"plain": {SourceBucketARN: "arn:aws:s3:::videos", DestinationBucketARNs: []string{"arn:aws:s3:::backup"}},
		"everything": {
			SourceBucketARN: "arn:aws:s3:::videos", DestinationBucketARNs: []string{"arn:aws:s3:::a", "arn:aws:s3:::b"},
			SourceKMSKeyARNs:  []string{"arn:aws:kms:us-east-1:123456789012:key/s"},
			ReplicaKMSKeyARNs: []string{"arn:aws:kms:us-west-2:123456789012:key/r", "arn:aws:kms:us-west-2:123456789012:key/t"},
		},
	} {
		policy, err := replication.Policy()
		if err != nil {
			t.Fatal(err)
		}
		text, err := policy.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := RecognizeReplication(text); !ok || !reflect.DeepEqual(got, replication) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

func TestRecognizeReplicationRefusesOthers(t *testing.T) {
	for name, document := range map[string]string{
		"no policy":    `[]`,
		"nothing":      `{"Version":"2012-10-17","Statement":[]}`,
		"everything":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`,
		"half of it":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket"],"Resource":"arn:aws:s3:::videos"}]}`,
		"in one piece": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ReplicateObject"],"Resource":"arn:aws:s3:::videos"}]}`,
	} {
		if got, ok := RecognizeReplication(document); ok {
			t.Errorf("%s: recognized as %+v", name, got)
		}
	}
}
