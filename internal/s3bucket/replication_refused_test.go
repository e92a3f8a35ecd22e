package s3bucket

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
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
		remedy  string // "" when S3's words are all that there is
	}{
		"no destination": {
			refusal(http.StatusBadRequest, "InvalidRequest", "Destination bucket must exist."),
			"Replication from videos goes to backup, which does not exist",
		},
		"destination not versioned": {
			refusal(http.StatusBadRequest, "InvalidRequest", "Destination bucket must have versioning enabled."),
			"it is not enabled on the destination backup",
		},
		"source not versioned": {
			refusal(http.StatusBadRequest, "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration"),
			"it is not enabled on the source videos",
		},
		"role not passed": {
			refusal(http.StatusForbidden, "AccessDenied", "Access Denied"),
			"iam:PassRole on the role " + role,
		},
		"role not assumed": {
			refusal(http.StatusBadRequest, "InvalidRequest", "The role "+role+" cannot be assumed."),
			"its trust policy allows sts:AssumeRole to the service s3.amazonaws.com",
		},
		"anything else": {refusal(http.StatusBadRequest, "InvalidRequest", "Priority must be specified"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{"PUT replication": {test.refusal}})
			err := s.PutReplication(t.Context(), "videos", replicationTo(role, "backup"))
			var remedied interface{ Remedy() string }
			switch {
			case err == nil:
				t.Error("no error")
			case test.remedy == "" && errors.As(err, &remedied):
				t.Errorf("the remedy is %q", remedied.Remedy())
			case test.remedy != "" && (!errors.As(err, &remedied) || !strings.Contains(remedied.Remedy(), test.remedy)):
				t.Errorf("%v has not the remedy %q", err, test.remedy)
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
		err := s.PutPolicy(t.Context(), "videos", `{"Version":"2012-10-17","Statement":[]}`)
		var public *PublicPolicyError
		if got := errors.As(err, &public); got != want || got && !strings.Contains(public.Remedy(), "block_public_policy of the bucket videos") {
			t.Errorf("%s: %v", message, err)
		}
	}
}
