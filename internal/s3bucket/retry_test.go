package s3bucket

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

var (
	aborted  = refusal(http.StatusConflict, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.")
	denied   = refusal(http.StatusForbidden, "AccessDenied", "Access Denied")
	noBucket = refusal(http.StatusNotFound, "NoSuchBucket", "")
)

func TestPutWaitsForOtherOperations(t *testing.T) {
	for _, d := range documents() {
		t.Run(d.subresource, func(t *testing.T) {
			s, server := play(t, script{
				"PUT " + d.subresource: {aborted, aborted, denied},
				"GET encryption":       {{body: "<ServerSideEncryptionConfiguration/>"}},
			})
			if err := d.put(t.Context(), s); !awserr.Denied(err) {
				t.Errorf("got %v", err)
			}
			if n := server.count("PUT " + d.subresource); n != 3 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	s, _ := play(t, script{"PUT cors": {aborted}})
	var err error
	took := elapsed(s, func() { err = CORS.Write(t.Context(), s, Of("videos"), []types.CORSRule{rule("https://x")}, nil) })
	if !awserr.Conflict(err) {
		t.Errorf("got %v", err)
	}
	if took < patience || took > patience+2*retries.Last {
		t.Errorf("after %s", took)
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, server := play(t, script{"PUT cors": {aborted}})
	s.clock = cancelling{s.clock, cancel}
	err := CORS.Write(ctx, s, Of("videos"), []types.CORSRule{rule("https://x")}, nil)
	if !errors.Is(err, context.Canceled) || !awserr.Conflict(err) {
		t.Errorf("got %v", err)
	}
	if n := server.count("PUT cors"); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// cancelling ends the context while something sleeps.
type cancelling struct {
	wait.Clock
	cancel context.CancelFunc
}

func (c cancelling) Sleep(ctx context.Context, d time.Duration) error {
	c.cancel()
	return c.Clock.Sleep(ctx, d)
}

func TestPolicyWaitsForNewPrincipalsOnly(t *testing.T) {
	const policy = `{"Version":"2012-10-17","Statement":[]}`
	for _, test := range []struct {
		message, server string
		puts            int
	}{
		{"Invalid principal in policy", "AmazonS3", 2},
		{"Invalid principal in policy", "VERSITYGW", 1},
		{"Invalid principal in policy", "", 1},
		{"Policy has invalid resource", "AmazonS3", 1},
	} {
		malformed := refusal(http.StatusBadRequest, "MalformedPolicy", test.message)
		malformed.header = http.Header{"Server": {test.server}}
		s, server := play(t, script{"PUT policy": {malformed, {}}, "GET policy": {{body: policy}}})
		err := Policy.Write(t.Context(), s, Of("videos"), policy, nil)
		if (err == nil) != (test.puts == 2) {
			t.Errorf("%+v: %v", test, err)
		}
		if n := server.count("PUT policy"); n != test.puts {
			t.Errorf("%+v: %d requests", test, n)
		}
	}
}

func TestReplicationWaitsOnlyForVersioningOfThisStore(t *testing.T) {
	const (
		source      = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
		destination = "Destination bucket must have versioning enabled."
		answer      = `<ReplicationConfiguration><Role>role</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule></ReplicationConfiguration>`
	)
	replication := types.ReplicationConfiguration{
		Role:  aws.String("role"),
		Rules: []types.ReplicationRule{{Status: "Enabled", Destination: &types.Destination{Bucket: aws.String("arn:aws:s3:::backup")}}},
	}
	for name, test := range map[string]struct {
		message, enable, blames string
	}{
		"just enabled":                 {message: source, enable: "videos"},
		"destination just enabled":     {message: destination, enable: "backup"},
		"another bucket just enabled":  {message: source, enable: "other", blames: "videos"},
		"source not enabled":           {message: source, blames: "videos"},
		"destination not enabled":      {message: destination, blames: "backup"},
		"source enabled, but not both": {message: destination, enable: "videos", blames: "backup"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{
				"PUT versioning":  {{}},
				"GET versioning":  {{body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"}},
				"PUT replication": {refusal(http.StatusBadRequest, "InvalidRequest", test.message), {}},
				"GET replication": {{body: answer}},
			})
			if test.enable != "" {
				if err := Versioning.Write(t.Context(), s, Of(test.enable), types.BucketVersioningStatusEnabled, nil); err != nil {
					t.Fatal(err)
				}
			}
			err := Replication.Write(t.Context(), s, Of("videos"), replication, nil)
			var lacking *UnversionedError
			switch {
			case test.blames == "" && err != nil:
				t.Error(err)
			case test.blames != "" && (!errors.As(err, &lacking) || len(lacking.Buckets) != 1 || lacking.Buckets[0] != test.blames):
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestConflictsAreWaitedForUntilTheDeadline bears with another operation for as
// long as the caller allows.
func TestConflictsAreWaitedForUntilTheDeadline(t *testing.T) {
	const allowed = 10 * time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	s, _ := play(t, script{"PUT cors": {aborted}})
	var err error
	took := elapsed(s, func() { err = CORS.Write(ctx, s, Of("videos"), []types.CORSRule{rule("https://x")}, nil) })
	if !awserr.Conflict(err) || took < allowed-time.Second || took > allowed+2*retries.Last {
		t.Errorf("after %s: %v", took, err)
	}
}
