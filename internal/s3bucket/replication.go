package s3bucket

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Replication is the replication configuration, with every rule of it.
//
// Versioning that this store turned on a moment ago, and a destination that it made
// then, are waited for. Otherwise a bucket without versioning is an
// *UnversionedError, a missing destination a *NoDestinationError, and a role that S3
// cannot use a *ReplicationRoleError.
var Replication = &Document[types.ReplicationConfiguration]{
	Kind:   "replication configuration",
	Equal:  equalReplication,
	get:    getReplication,
	put:    putReplication,
	remove: removeReplication,
	judge:  judgeReplication,
}

func getReplication(ctx context.Context, client *s3.Client, id ID) (types.ReplicationConfiguration, error) {
	out, err := client.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: &id.Bucket})
	if err != nil {
		return types.ReplicationConfiguration{}, err
	}
	if out.ReplicationConfiguration == nil || len(out.ReplicationConfiguration.Rules) == 0 {
		return types.ReplicationConfiguration{}, ErrAbsent
	}
	return *out.ReplicationConfiguration, nil
}

func putReplication(ctx context.Context, client *s3.Client, id ID, replication types.ReplicationConfiguration) error {
	_, err := client.PutBucketReplication(ctx, &s3.PutBucketReplicationInput{Bucket: &id.Bucket, ReplicationConfiguration: &replication})
	return err
}

func removeReplication(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketReplication(ctx, &s3.DeleteBucketReplicationInput{Bucket: &id.Bucket})
	return err
}

func judgeReplication(ctx context.Context, s *Store, id ID, replication types.ReplicationConfiguration, err error) error {
	refusal := refusedReplication(id.Bucket, replication, err)
	switch {
	case refusal == nil:
		return err
	case s.willPass(refusal):
		return passingError{refusal}
	}
	s.narrow(ctx, refusal)
	return refusal
}

// refusedReplication returns what err says of the parties to a replication, or
// nil. S3 gives InvalidRequest many meanings, so the message decides.
func refusedReplication(source string, replication types.ReplicationConfiguration, err error) error {
	role := aws.ToString(replication.Role)
	switch {
	case awserr.IsWithMessage(err, "InvalidRequest", "Destination bucket must have versioning enabled"):
		return &UnversionedError{Source: source, Buckets: destinations(replication), Err: err}
	case awserr.IsWithMessage(err, "InvalidRequest", "Versioning must be 'Enabled' on the bucket"):
		return &UnversionedError{Source: source, Buckets: []string{source}, Err: err}
	case awserr.IsWithMessage(err, "InvalidRequest", "Destination bucket must exist"):
		return &NoDestinationError{Source: source, Buckets: destinations(replication), Err: err}
	case awserr.Denied(err):
		return &ReplicationRoleError{Source: source, Role: role, Denied: true, Err: err}
	case role != "" && awserr.IsWithMessage(err, "InvalidRequest", role), awserr.IsWithMessage(err, "InvalidArgument", "Role"):
		return &ReplicationRoleError{Source: source, Role: role, Err: err}
	}
	return nil
}

func destinations(replication types.ReplicationConfiguration) []string {
	var names []string
	for _, rule := range replication.Rules {
		if rule.Destination == nil {
			continue
		}
		_, name, _ := strings.Cut(aws.ToString(rule.Destination.Bucket), ":::")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// willPass reports whether a refusal is due to what this store did a moment ago.
func (s *Store) willPass(refusal error) bool {
	var (
		unversioned   *UnversionedError
		noDestination *NoDestinationError
	)
	switch {
	case errors.As(refusal, &unversioned):
		return slices.ContainsFunc(unversioned.Buckets, func(b string) bool { return s.recent(s.versioned, b) })
	case errors.As(refusal, &noDestination):
		return slices.ContainsFunc(noDestination.Buckets, func(b string) bool { return s.recent(s.made, b) })
	}
	return false
}

// narrow finds out which of several destinations is at fault. It leaves them all
// where the caller may not know.
func (s *Store) narrow(ctx context.Context, err error) {
	var (
		unversioned   *UnversionedError
		noDestination *NoDestinationError
	)
	switch {
	case errors.As(err, &unversioned):
		unversioned.Buckets = those(unversioned.Buckets, func(b string) bool {
			status, err := Versioning.Read(ctx, s, Of(b))
			return err == nil && status != types.BucketVersioningStatusEnabled
		})
	case errors.As(err, &noDestination):
		noDestination.Buckets = those(noDestination.Buckets, func(b string) bool {
			_, err := s.Region(ctx, b)
			return errors.Is(err, ErrNoBucket)
		})
	}
}

// those gives the candidates that are guilty, or all of them when none is.
func those(candidates []string, guilty func(string) bool) []string {
	if len(candidates) < 2 {
		return candidates
	}
	found := slices.DeleteFunc(slices.Clone(candidates), func(c string) bool { return !guilty(c) })
	if len(found) == 0 {
		return candidates
	}
	return found
}

func oneOf(buckets []string) string { return strings.Join(buckets, " or ") }

// equalReplication reports whether two configurations replicate the same. The
// order of the rules does not matter, their priorities do; a rule without an id
// equals one with any id.
func equalReplication(a, b types.ReplicationConfiguration) bool {
	return aws.ToString(a.Role) == aws.ToString(b.Role) && sameElements(a.Rules, b.Rules, EqualReplicationRule)
}

// EqualReplicationRule reports whether two rules replicate the same, on the terms
// of equalReplication.
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
