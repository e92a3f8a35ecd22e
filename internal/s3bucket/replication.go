package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
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
// this store turned on a moment ago, and a destination that it made then, are waited
// for. Otherwise a bucket without versioning is an *UnversionedError, and a missing
// destination a *NoDestinationError.
func (s *Store) PutReplication(ctx context.Context, bucket string, replication types.ReplicationConfiguration) error {
	err := write(ctx, s, part{replicationDocument, bucket}, replication, s.Replication, EqualReplication, func(client *s3.Client) error {
		_, err := client.PutBucketReplication(ctx, &s3.PutBucketReplicationInput{Bucket: &bucket, ReplicationConfiguration: &replication})
		refusal := refusedReplication(bucket, replication, err)
		if refusal == nil {
			return err
		}
		if s.willPass(refusal) {
			return passingError{refusal}
		}
		return refusal
	})
	s.narrow(ctx, err)
	return err
}

// DeleteReplication ends replication. It is no error if there was none.
func (s *Store) DeleteReplication(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{replicationDocument, bucket}, s.Replication, func(client *s3.Client) error {
		_, err := client.DeleteBucketReplication(ctx, &s3.DeleteBucketReplicationInput{Bucket: &bucket})
		return err
	})
}
