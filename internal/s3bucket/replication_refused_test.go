package s3bucket

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

func replicationTo(role string, buckets ...string) types.ReplicationConfiguration {
	replication := types.ReplicationConfiguration{Role: &role}
	for _, b := range buckets {
		replication.Rules = append(replication.Rules, types.ReplicationRule{
			Status: types.ReplicationRuleStatusEnabled, Destination: &types.Destination{Bucket: aws.String("arn:aws:s3:::" + b)},
		})
	}
	return replication
}

// TestRefusedReplication says which of the parties is at fault, and what to do.
func TestRefusedReplication(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/copier"
	for name, test := range map[string]struct {
		refusal reply
		text    string // of the error; "" when S3's words are all that there is
	}{
		"no destination": {
			refusal(http.StatusBadRequest, "InvalidRequest", "Destination bucket must exist."),
			"backup does not exist",
		},
		"destination not versioned": {
			refusal(http.StatusBadRequest, "InvalidRequest", "Destination bucket must have versioning enabled."),
			"versioning is not enabled on backup",
		},
		"source not versioned": {
			refusal(http.StatusBadRequest, "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration"),
			"versioning is not enabled on videos",
		},
		"role not passed": {
			refusal(http.StatusForbidden, "AccessDenied", "Access Denied"),
			"replication as the role " + role,
		},
		"role not assumed": {
			refusal(http.StatusBadRequest, "InvalidRequest", "The role "+role+" cannot be assumed."),
			"replication as the role " + role,
		},
		"anything else": {refusal(http.StatusBadRequest, "InvalidRequest", "Priority must be specified"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{"PUT replication": {test.refusal}})
			err := Replication.Write(t.Context(), s, Of("videos"), replicationTo(role, "backup"), nil)
			var served smithy.APIError
			switch {
			case err == nil:
				t.Error("no error")
			case test.text == "" && (!errors.As(err, &served) || strings.Contains(err.Error(), "as the role")):
				t.Errorf("got %v, want the server's error alone", err)
			case !strings.Contains(err.Error(), test.text):
				t.Errorf("got %v, want %q in it", err, test.text)
			}
		})
	}
}

func TestPublicPolicy(t *testing.T) {
	for message, want := range map[string]bool{
		"User: x is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.": true,
		"Access Denied": false,
	} {
		s, _ := play(t, script{"PUT policy": {refusal(http.StatusForbidden, "AccessDenied", message)}})
		err := Policy.Write(t.Context(), s, Of("videos"), `{"Version":"2012-10-17","Statement":[]}`, nil)
		var public *PublicPolicyError
		if got := errors.As(err, &public); got != want || got && public.Bucket != "videos" {
			t.Errorf("%s: %v", message, err)
		}
	}
}
