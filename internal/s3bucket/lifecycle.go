package s3bucket

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// LifecycleConfiguration is what a lifecycle document says.
type LifecycleConfiguration struct {
	Rules []types.LifecycleRule
	// MinimumObjectSize says which objects are too small to change their storage
	// class. "" leaves it to the server, or means that the server does not say:
	// only AWS does.
	MinimumObjectSize types.TransitionDefaultMinimumObjectSize
}

// Lifecycle is the lifecycle configuration, with every rule of it.
var Lifecycle = &Document[LifecycleConfiguration]{
	Kind:   "lifecycle configuration",
	Equal:  equalLifecycle,
	get:    getLifecycle,
	put:    putLifecycle,
	remove: removeLifecycle,
}

func getLifecycle(ctx context.Context, client *s3.Client, id ID) (LifecycleConfiguration, error) {
	out, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &id.Bucket})
	if err != nil {
		return LifecycleConfiguration{}, err
	}
	if len(out.Rules) == 0 {
		return LifecycleConfiguration{}, ErrAbsent
	}
	return LifecycleConfiguration{Rules: out.Rules, MinimumObjectSize: out.TransitionDefaultMinimumObjectSize}, nil
}

func putLifecycle(ctx context.Context, client *s3.Client, id ID, lifecycle LifecycleConfiguration) error {
	_, err := client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
		Bucket:                             &id.Bucket,
		LifecycleConfiguration:             &types.BucketLifecycleConfiguration{Rules: lifecycle.Rules},
		TransitionDefaultMinimumObjectSize: lifecycle.MinimumObjectSize,
	})
	return err
}

func removeLifecycle(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketLifecycle(ctx, &s3.DeleteBucketLifecycleInput{Bucket: &id.Bucket})
	return err
}

// equalLifecycle reports whether two configurations do the same. The order of
// rules and transitions does not matter; a rule without an id equals one with any
// id, and an unknown MinimumObjectSize any other.
func equalLifecycle(a, b LifecycleConfiguration) bool {
	return same(a.MinimumObjectSize, b.MinimumObjectSize) && sameElements(a.Rules, b.Rules, equalLifecycleRule)
}

// equalLifecycleRule reports whether two rules do the same to the same objects,
// on the terms of equalLifecycle.
func equalLifecycleRule(a, b types.LifecycleRule) bool {
	return same(aws.ToString(a.ID), aws.ToString(b.ID)) &&
		a.Status == b.Status &&
		lifecycleFilter(a).equal(lifecycleFilter(b)) &&
		abortAfter(a) == abortAfter(b) &&
		sameOptional(a.Expiration, b.Expiration, equalExpiration) &&
		sameElements(a.Transitions, b.Transitions, equalTransition) &&
		sameOptional(a.NoncurrentVersionExpiration, b.NoncurrentVersionExpiration, equalNoncurrentExpiration) &&
		sameElements(a.NoncurrentVersionTransitions, b.NoncurrentVersionTransitions, equalNoncurrentTransition)
}

func lifecycleFilter(rule types.LifecycleRule) filter {
	f := rule.Filter
	if f == nil {
		return filter{prefix: aws.ToString(rule.Prefix)} //nolint:staticcheck // deprecated, yet old rules have it
	}
	if and := f.And; and != nil {
		return filter{
			prefix:  aws.ToString(and.Prefix),
			tags:    tagMap(and.Tags),
			larger:  aws.ToInt64(and.ObjectSizeGreaterThan),
			smaller: aws.ToInt64(and.ObjectSizeLessThan),
		}
	}
	return filter{
		prefix:  aws.ToString(f.Prefix),
		tags:    tagMap(oneTag(f.Tag)),
		larger:  aws.ToInt64(f.ObjectSizeGreaterThan),
		smaller: aws.ToInt64(f.ObjectSizeLessThan),
	}
}

func abortAfter(rule types.LifecycleRule) int32 {
	if rule.AbortIncompleteMultipartUpload == nil {
		return 0
	}
	return aws.ToInt32(rule.AbortIncompleteMultipartUpload.DaysAfterInitiation)
}

func equalExpiration(a, b types.LifecycleExpiration) bool {
	return aws.ToInt32(a.Days) == aws.ToInt32(b.Days) &&
		aws.ToBool(a.ExpiredObjectDeleteMarker) == aws.ToBool(b.ExpiredObjectDeleteMarker) &&
		sameOptional(a.Date, b.Date, time.Time.Equal)
}

func equalTransition(a, b types.Transition) bool {
	return a.StorageClass == b.StorageClass &&
		aws.ToInt32(a.Days) == aws.ToInt32(b.Days) &&
		sameOptional(a.Date, b.Date, time.Time.Equal)
}

func equalNoncurrentExpiration(a, b types.NoncurrentVersionExpiration) bool {
	return aws.ToInt32(a.NoncurrentDays) == aws.ToInt32(b.NoncurrentDays) &&
		aws.ToInt32(a.NewerNoncurrentVersions) == aws.ToInt32(b.NewerNoncurrentVersions)
}

func equalNoncurrentTransition(a, b types.NoncurrentVersionTransition) bool {
	return a.StorageClass == b.StorageClass &&
		aws.ToInt32(a.NoncurrentDays) == aws.ToInt32(b.NoncurrentDays) &&
		aws.ToInt32(a.NewerNoncurrentVersions) == aws.ToInt32(b.NewerNoncurrentVersions)
}
