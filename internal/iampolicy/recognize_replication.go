package iampolicy

import (
	"encoding/json"
	"slices"
	"strings"
)

// RecognizeReplication finds out what a policy lets a role replicate, for one that
// was made elsewhere. ok is false when no Replication has that policy.
func RecognizeReplication(document string) (replication Replication, ok bool) {
	var policy struct {
		Statement []struct{ Action, Resource oneOrMany }
	}
	if json.Unmarshal([]byte(document), &policy) != nil {
		return Replication{}, false
	}
	for _, s := range policy.Statement {
		does := func(action string) bool { return slices.Contains(s.Action, action) }
		switch {
		case does("s3:GetReplicationConfiguration") && len(s.Resource) == 1:
			replication.SourceBucketARN = s.Resource[0]
		case does("s3:ReplicateObject"):
			for _, objects := range s.Resource {
				replication.DestinationBucketARNs = append(replication.DestinationBucketARNs, strings.TrimSuffix(objects, "/*"))
			}
		case does("kms:Decrypt"):
			replication.SourceKMSKeyARNs = append(replication.SourceKMSKeyARNs, s.Resource...)
		case does("kms:Encrypt"):
			replication.ReplicaKMSKeyARNs = append(replication.ReplicaKMSKeyARNs, s.Resource...)
		}
	}
	own, err := replication.Policy()
	if err != nil {
		return Replication{}, false
	}
	text, err := own.JSON()
	return replication, err == nil && Equivalent(text, document)
}
