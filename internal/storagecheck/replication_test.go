package storagecheck_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

// TestReplication says of each video how far its copy is, which the server itself does
// not make.
func TestReplication(t *testing.T) {
	clock := fakeawstest.NewClock()
	k := newKit(t, fakeaws.Options{Clock: clock.Now})
	if err := fakeawstest.CreateIn(t, k.client, "backup", ""); err != nil {
		t.Fatal(err)
	}
	for _, bucket := range []string{"videos", "backup"} {
		if err := fakeawstest.PutVersioning(t, k.client, bucket, s3types.BucketVersioningStatusEnabled); err != nil {
			t.Fatal(err)
		}
	}
	rule := func(status s3types.ReplicationRuleStatus) {
		fakeawstest.Must[*s3.PutBucketReplicationOutput](k)(k.client.PutBucketReplication(k.Context(), &s3.PutBucketReplicationInput{
			Bucket: fakeawstest.Videos,
			ReplicationConfiguration: &s3types.ReplicationConfiguration{
				Role: aws.String(replicationRole),
				Rules: []s3types.ReplicationRule{{
					ID: aws.String("Backup"), Priority: aws.Int32(1), Status: status, Filter: &s3types.ReplicationRuleFilter{Prefix: aws.String("")},
					DeleteMarkerReplication: &s3types.DeleteMarkerReplication{Status: s3types.DeleteMarkerReplicationStatusDisabled},
					Destination:             &s3types.Destination{Bucket: aws.String("arn:aws:s3:::backup")},
				}},
			},
		}))
	}
	if got := fakeawstest.NewRole(t, k.server, "replication", "s3.amazonaws.com"); got != replicationRole {
		t.Fatalf("got the role %s, want %s", got, replicationRole)
	}
	k.options.Include = []storagecheck.Name{storagecheck.Replication}
	states := map[string]string{}
	k.setup.HTTP = doer(func(r *http.Request) (*http.Response, error) {
		resp, err := k.clients.HTTP().Do(r)
		if state := states[r.URL.Path]; err == nil && r.Method == http.MethodHead && state != "" {
			resp.Header.Set("X-Amz-Replication-Status", state)
		}
		return resp, err
	})
	clock.Advance(2 * time.Second)
	fakeawstest.Put(t, k.client, "clips/b.mp4", "1")
	const a, b = "/videos/clips/a.mp4", "/videos/clips/b.mp4"
	for _, tt := range []struct {
		name   string
		status s3types.ReplicationRuleStatus
		states map[string]string
		later  time.Duration
		want   string
	}{
		{"disabled", s3types.ReplicationRuleStatusDisabled, nil, 0, want(storagecheck.Warn, storagecheck.ReplicationDisabled)},
		{"copied", s3types.ReplicationRuleStatusEnabled, map[string]string{a: "COMPLETED", b: "PENDING"}, 0, want(storagecheck.Pass, storagecheck.OK)},
		{"a copy itself", s3types.ReplicationRuleStatusEnabled, map[string]string{a: "REPLICA", b: "REPLICA"}, 0, want(storagecheck.Pass, storagecheck.OK)},
		{"failed", s3types.ReplicationRuleStatusEnabled, map[string]string{a: "FAILED", b: "COMPLETED"}, 0, want(storagecheck.Fail, storagecheck.ReplicationFailed)},
		{"older than the rule", s3types.ReplicationRuleStatusEnabled, map[string]string{b: "COMPLETED"}, 0, want(storagecheck.Warn, storagecheck.ReplicationPartial)},
		{"late", s3types.ReplicationRuleStatusEnabled, map[string]string{a: "COMPLETED", b: "PENDING"}, 20 * time.Minute, want(storagecheck.Warn, storagecheck.ReplicationLate)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k.T, states = t, tt.states
			rule(tt.status)
			k.setup.Now = clock.Now
			clock.Advance(tt.later)
			defer clock.Advance(-tt.later)
			k.expect(true, map[storagecheck.Name]string{storagecheck.Replication: tt.want})
		})
	}
}

const replicationRole = "arn:aws:iam::123456789012:role/replication"
