package s3bucket

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// EqualLifecycle reports whether two configurations do the same. The order of
// rules and transitions does not matter; a rule without an id equals one with any
// id, and an unknown MinimumObjectSize any other.
func EqualLifecycle(a, b Lifecycle) bool {
	return same(a.MinimumObjectSize, b.MinimumObjectSize) && sameElements(a.Rules, b.Rules, EqualLifecycleRule)
}

// EqualLifecycleRule reports whether two rules do the same to the same objects,
// on the terms of EqualLifecycle.
func EqualLifecycleRule(a, b types.LifecycleRule) bool {
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
