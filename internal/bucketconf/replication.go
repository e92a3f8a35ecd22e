package bucketconf

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const replicationDocument = "replication configuration"

// Replication returns a bucket's replication configuration.
func (s *Store) Replication(ctx context.Context, bucket string) (types.ReplicationConfiguration, error) {
	return read(ctx, s, part{replicationDocument, bucket}, func(client *s3.Client) (types.ReplicationConfiguration, error) {
		out, err := client.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: &bucket})
		if err != nil {
			return types.ReplicationConfiguration{}, err
		}
		if out.ReplicationConfiguration == nil || len(out.ReplicationConfiguration.Rules) == 0 {
			return types.ReplicationConfiguration{}, ErrAbsent
		}
		return *out.ReplicationConfiguration, nil
	})
}

// PutReplication replaces a bucket's replication configuration. Versioning that
// this store turned on a moment ago is waited for; otherwise a bucket without it
// is an *UnversionedError.
func (s *Store) PutReplication(ctx context.Context, bucket string, replication types.ReplicationConfiguration) error {
	return write(ctx, s, part{replicationDocument, bucket}, replication, s.Replication, EqualReplication, func(client *s3.Client) error {
		_, err := client.PutBucketReplication(ctx, &s3.PutBucketReplicationInput{Bucket: &bucket, ReplicationConfiguration: &replication})
		lacking := unversioned(bucket, replication, err)
		if lacking == nil {
			return err
		}
		if slices.ContainsFunc(lacking.Buckets, func(b string) bool { return s.recent(s.versioned, b) }) {
			return passingError{lacking}
		}
		return lacking
	})
}

// DeleteReplication ends replication. It is no error if there was none.
func (s *Store) DeleteReplication(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{replicationDocument, bucket}, s.Replication, func(client *s3.Client) error {
		_, err := client.DeleteBucketReplication(ctx, &s3.DeleteBucketReplicationInput{Bucket: &bucket})
		return err
	})
}

// UnversionedError says that replication was refused because a bucket has no
// versioning.
type UnversionedError struct {
	Buckets []string // the one, or those of which S3 does not say which one
	Err     error
}

// Error implements error.
func (e *UnversionedError) Error() string {
	return fmt.Sprintf("versioning is not enabled on %s: %v", strings.Join(e.Buckets, " or "), e.Err)
}

// Unwrap gives the server's answer.
func (e *UnversionedError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *UnversionedError) Remedy() string {
	return fmt.Sprintf("Replication needs versioning on the source and on every destination. Enable it on %s, "+
		"and let the replication depend on that with depends_on if Terraform does not see the connection.", strings.Join(e.Buckets, " or "))
}

// unversioned returns what err says of versioning, or nil. S3 gives InvalidRequest
// many meanings, so the message decides.
func unversioned(source string, replication types.ReplicationConfiguration, err error) *UnversionedError {
	switch {
	case awserr.IsWithMessage(err, "InvalidRequest", "Destination bucket must have versioning enabled"):
		var destinations []string
		for _, rule := range replication.Rules {
			if rule.Destination == nil {
				continue
			}
			_, name, _ := strings.Cut(aws.ToString(rule.Destination.Bucket), ":::")
			if !slices.Contains(destinations, name) {
				destinations = append(destinations, name)
			}
		}
		return &UnversionedError{Buckets: destinations, Err: err}
	case awserr.IsWithMessage(err, "InvalidRequest", "Versioning must be 'Enabled' on the bucket"):
		return &UnversionedError{Buckets: []string{source}, Err: err}
	}
	return nil
}
