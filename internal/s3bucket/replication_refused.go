package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// UnversionedError says that replication was refused because a bucket has no
// versioning.
type UnversionedError struct {
	Source  string
	Buckets []string // the one, or those of which S3 does not say which one
	Err     error
}

// Error implements error.
func (e *UnversionedError) Error() string {
	return fmt.Sprintf("versioning is not enabled on %s: %v", oneOf(e.Buckets), e.Err)
}

// Unwrap gives the server's answer.
func (e *UnversionedError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *UnversionedError) Remedy() string {
	which := "the destination " + oneOf(e.Buckets)
	if slices.Equal(e.Buckets, []string{e.Source}) {
		which = "the source " + e.Source
	}
	return fmt.Sprintf("Replication from %s needs versioning on it and on every destination, and it is not enabled on %s. "+
		"Enable it there (versioning = \"Enabled\" of fovea_video_bucket), and name that resource in depends_on of the replication if nothing else connects the two.", e.Source, which)
}

// NoDestinationError says that replication was refused because a bucket that is to
// take the copies does not exist.
type NoDestinationError struct {
	Source  string
	Buckets []string // the one, or those of which S3 does not say which one
	Err     error
}

// Error implements error.
func (e *NoDestinationError) Error() string {
	return fmt.Sprintf("%s does not exist: %v", oneOf(e.Buckets), e.Err)
}

// Unwrap gives the server's answer.
func (e *NoDestinationError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *NoDestinationError) Remedy() string {
	return fmt.Sprintf("Replication from %s goes to %s, which does not exist, or not where these credentials can see it. "+
		"Make that bucket first, with versioning enabled, or correct bucket_arn.", e.Source, oneOf(e.Buckets))
}

// ReplicationRoleError says that replication was refused because of its role: S3
// cannot assume it, or the caller may not hand it to S3.
type ReplicationRoleError struct {
	Source string
	Role   string // ARN
	Denied bool   // the caller lacks a permission
	Err    error
}

// Error implements error.
func (e *ReplicationRoleError) Error() string {
	return fmt.Sprintf("replication as the role %s: %v", e.Role, e.Err)
}

// Unwrap gives the server's answer.
func (e *ReplicationRoleError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *ReplicationRoleError) Remedy() string {
	if e.Denied {
		return fmt.Sprintf("The credentials in use need s3:PutReplicationConfiguration on the bucket %s, and iam:PassRole on the role %s, which must be one of this account: "+
			"whoever sets up replication hands S3 that role. The permission can be narrowed to iam:PassedToService = s3.amazonaws.com.", e.Source, e.Role)
	}
	return fmt.Sprintf("S3 cannot assume the role %s to copy the objects of %s. Check that the role exists, and that its trust policy allows sts:AssumeRole "+
		"to the service s3.amazonaws.com, as that of a fovea_replication_role does.", e.Role, e.Source)
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
			status, err := s.Versioning(ctx, b)
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
