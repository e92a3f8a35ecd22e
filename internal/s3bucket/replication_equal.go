package s3bucket

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// EqualReplication reports whether two configurations replicate the same. The
// order of the rules does not matter, their priorities do; a rule without an id
// equals one with any id.
func EqualReplication(a, b types.ReplicationConfiguration) bool {
	return aws.ToString(a.Role) == aws.ToString(b.Role) && sameElements(a.Rules, b.Rules, EqualReplicationRule)
}

// EqualReplicationRule reports whether two rules replicate the same, on the terms
// of EqualReplication.
func EqualReplicationRule(a, b types.ReplicationRule) bool {
	return same(aws.ToString(a.ID), aws.ToString(b.ID)) &&
		a.Status == b.Status &&
		aws.ToInt32(a.Priority) == aws.ToInt32(b.Priority) &&
		replicationFilter(a).equal(replicationFilter(b)) &&
		switches(a) == switches(b) &&
		sameOptional(a.Destination, b.Destination, equalDestination)
}

func replicationFilter(rule types.ReplicationRule) filter {
	f := rule.Filter
	switch {
	case f == nil:
		return filter{prefix: aws.ToString(rule.Prefix)} //nolint:staticcheck // deprecated, yet old rules have it
	case f.And != nil:
		return filter{prefix: aws.ToString(f.And.Prefix), tags: tagMap(f.And.Tags)}
	}
	return filter{prefix: aws.ToString(f.Prefix), tags: tagMap(oneTag(f.Tag))}
}

// FirstVersion reports whether a rule is of the first version of S3's schema, which has
// a prefix in place of a filter, and says nothing of delete markers: S3 replicates them.
// A server that completes such rules by itself says so.
func FirstVersion(rule types.ReplicationRule) bool {
	return rule.Filter == nil && rule.DeleteMarkerReplication == nil
}

// ruleSwitches holds what a rule turns on; whatever it does not speak of is off.
type ruleSwitches struct {
	deleteMarkers, existingObjects, replicaChanges, kmsObjects bool
}

func switches(rule types.ReplicationRule) ruleSwitches {
	on := ruleSwitches{deleteMarkers: FirstVersion(rule)}
	if m := rule.DeleteMarkerReplication; m != nil {
		on.deleteMarkers = m.Status == types.DeleteMarkerReplicationStatusEnabled
	}
	if e := rule.ExistingObjectReplication; e != nil {
		on.existingObjects = e.Status == types.ExistingObjectReplicationStatusEnabled
	}
	if c := rule.SourceSelectionCriteria; c != nil {
		on.replicaChanges = c.ReplicaModifications != nil && c.ReplicaModifications.Status == types.ReplicaModificationsStatusEnabled
		on.kmsObjects = c.SseKmsEncryptedObjects != nil && c.SseKmsEncryptedObjects.Status == types.SseKmsEncryptedObjectsStatusEnabled
	}
	return on
}

func equalDestination(a, b types.Destination) bool {
	return aws.ToString(a.Bucket) == aws.ToString(b.Bucket) &&
		aws.ToString(a.Account) == aws.ToString(b.Account) &&
		a.StorageClass == b.StorageClass &&
		replicaKey(a) == replicaKey(b) &&
		newOwner(a) == newOwner(b) &&
		timed(a) == timed(b) &&
		metered(a) == metered(b)
}

func replicaKey(d types.Destination) string {
	if d.EncryptionConfiguration == nil {
		return ""
	}
	return aws.ToString(d.EncryptionConfiguration.ReplicaKmsKeyID)
}

func newOwner(d types.Destination) types.OwnerOverride {
	if d.AccessControlTranslation == nil {
		return ""
	}
	return d.AccessControlTranslation.Owner
}

// timed and metered need not compare minutes: S3 takes no number but 15.

func timed(d types.Destination) bool {
	return d.ReplicationTime != nil && d.ReplicationTime.Status == types.ReplicationTimeStatusEnabled
}

func metered(d types.Destination) bool {
	return d.Metrics != nil && d.Metrics.Status == types.MetricsStatusEnabled
}
