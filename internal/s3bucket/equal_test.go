package s3bucket

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

type comparison[T any] struct {
	name  string
	a, b  T
	equal bool
}

func compare[T any](t *testing.T, equal func(a, b T) bool, comparisons ...comparison[T]) {
	t.Helper()
	for _, c := range comparisons {
		if equal(c.a, c.b) != c.equal || equal(c.b, c.a) != c.equal {
			t.Errorf("%s: want %t", c.name, c.equal)
		}
	}
}

func TestEqualCORS(t *testing.T) {
	x, y := rule("https://x"), rule("https://y")
	with := func(change func(*types.CORSRule)) []types.CORSRule {
		r := types.CORSRule{AllowedOrigins: []string{"a", "b"}, AllowedMethods: []string{"GET", "HEAD"}, MaxAgeSeconds: aws.Int32(0)}
		change(&r)
		return []types.CORSRule{r}
	}
	base := with(func(*types.CORSRule) {})
	compare(t, equalCORS,
		comparison[[]types.CORSRule]{"rules in another order", []types.CORSRule{x, y}, []types.CORSRule{y, x}, false},
		comparison[[]types.CORSRule]{"origins in another order", base, with(func(r *types.CORSRule) { r.AllowedOrigins = []string{"b", "a"} }), true},
		comparison[[]types.CORSRule]{"one origin twice", base, with(func(r *types.CORSRule) { r.AllowedOrigins = []string{"a", "a"} }), false},
		comparison[[]types.CORSRule]{"no age and age 0", base, with(func(r *types.CORSRule) { r.MaxAgeSeconds = nil }), true},
		comparison[[]types.CORSRule]{"other age", base, with(func(r *types.CORSRule) { r.MaxAgeSeconds = aws.Int32(1) }), false},
		comparison[[]types.CORSRule]{"empty and no headers", base, with(func(r *types.CORSRule) { r.AllowedHeaders = []string{} }), true},
		comparison[[]types.CORSRule]{"an id from the server", base, with(func(r *types.CORSRule) { r.ID = aws.String("x") }), true},
		comparison[[]types.CORSRule]{"other ids", with(func(r *types.CORSRule) { r.ID = aws.String("y") }), with(func(r *types.CORSRule) { r.ID = aws.String("x") }), false},
	)
}

func TestEqualLifecycle(t *testing.T) {
	with := func(change func(*types.LifecycleRule)) LifecycleConfiguration {
		r := types.LifecycleRule{
			ID: aws.String("a"), Status: "Enabled", Filter: &types.LifecycleRuleFilter{Prefix: aws.String("")},
			Transitions: []types.Transition{{Days: aws.Int32(90), StorageClass: "STANDARD_IA"}, {Days: aws.Int32(365), StorageClass: "GLACIER_IR"}},
		}
		change(&r)
		return LifecycleConfiguration{Rules: []types.LifecycleRule{r}}
	}
	base := with(func(*types.LifecycleRule) {})
	sized := func(size types.TransitionDefaultMinimumObjectSize) LifecycleConfiguration {
		return LifecycleConfiguration{Rules: base.Rules, MinimumObjectSize: size}
	}
	other := with(func(r *types.LifecycleRule) { r.ID = aws.String("b") })
	date := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	expiring := func(e types.LifecycleExpiration) LifecycleConfiguration {
		return with(func(r *types.LifecycleRule) { r.Expiration = &e })
	}
	compare(t, equalLifecycle,
		comparison[LifecycleConfiguration]{"rules in another order", LifecycleConfiguration{Rules: append(base.Rules, other.Rules...)}, LifecycleConfiguration{Rules: append(other.Rules, base.Rules...)}, true},
		comparison[LifecycleConfiguration]{"a rule less", LifecycleConfiguration{Rules: append(base.Rules, other.Rules...)}, base, false},
		comparison[LifecycleConfiguration]{"transitions in another order", base, with(func(r *types.LifecycleRule) {
			r.Transitions = []types.Transition{r.Transitions[1], r.Transitions[0]}
		}), true},
		comparison[LifecycleConfiguration]{"other days", base, with(func(r *types.LifecycleRule) { r.Transitions[0].Days = aws.Int32(91) }), false},
		comparison[LifecycleConfiguration]{"the old prefix", base, with(func(r *types.LifecycleRule) {
			r.Filter, r.Prefix = nil, aws.String("") //nolint:staticcheck // deprecated, yet old rules have it
		}), true},
		comparison[LifecycleConfiguration]{"an empty filter", base, with(func(r *types.LifecycleRule) { r.Filter = &types.LifecycleRuleFilter{} }), true},
		comparison[LifecycleConfiguration]{"other prefix", base, with(func(r *types.LifecycleRule) { r.Filter.Prefix = aws.String("x") }), false},
		comparison[LifecycleConfiguration]{"one tag, alone and in an And",
			with(func(r *types.LifecycleRule) {
				r.Filter = &types.LifecycleRuleFilter{Tag: &types.Tag{Key: aws.String("k"), Value: aws.String("v")}}
			}),
			with(func(r *types.LifecycleRule) {
				r.Filter = &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}}
			}), true},
		comparison[LifecycleConfiguration]{"a size unsaid", base, sized(types.TransitionDefaultMinimumObjectSizeVariesByStorageClass), true},
		comparison[LifecycleConfiguration]{"other sizes", sized(types.TransitionDefaultMinimumObjectSizeAllStorageClasses128k), sized(types.TransitionDefaultMinimumObjectSizeVariesByStorageClass), false},
		comparison[LifecycleConfiguration]{"one date in two zones", expiring(types.LifecycleExpiration{Date: &date}), expiring(types.LifecycleExpiration{Date: aws.Time(date.In(time.FixedZone("", 3600)))}), true},
		comparison[LifecycleConfiguration]{"no marker and marker false", expiring(types.LifecycleExpiration{Days: aws.Int32(1)}), expiring(types.LifecycleExpiration{Days: aws.Int32(1), ExpiredObjectDeleteMarker: aws.Bool(false)}), true},
		comparison[LifecycleConfiguration]{"an expiration less", expiring(types.LifecycleExpiration{Days: aws.Int32(1)}), base, false},
		comparison[LifecycleConfiguration]{"an upload limit less", base, with(func(r *types.LifecycleRule) {
			r.AbortIncompleteMultipartUpload = &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(7)}
		}), false},
		comparison[LifecycleConfiguration]{"noncurrent versions", base, with(func(r *types.LifecycleRule) {
			r.NoncurrentVersionExpiration = &types.NoncurrentVersionExpiration{NoncurrentDays: aws.Int32(7)}
		}), false},
		comparison[LifecycleConfiguration]{"disabled", base, with(func(r *types.LifecycleRule) { r.Status = "Disabled" }), false},
	)
}

func TestEqualReplication(t *testing.T) {
	with := func(change func(*types.ReplicationRule)) types.ReplicationConfiguration {
		r := types.ReplicationRule{
			ID: aws.String("a"), Status: "Enabled", Priority: aws.Int32(1), Filter: &types.ReplicationRuleFilter{},
			DeleteMarkerReplication: &types.DeleteMarkerReplication{Status: "Disabled"},
			Destination: &types.Destination{
				Bucket:          aws.String("arn:aws:s3:::backup"),
				ReplicationTime: &types.ReplicationTime{Status: "Enabled", Time: &types.ReplicationTimeValue{Minutes: aws.Int32(15)}},
				Metrics:         &types.Metrics{Status: "Enabled", EventThreshold: &types.ReplicationTimeValue{Minutes: aws.Int32(15)}},
			},
		}
		change(&r)
		return types.ReplicationConfiguration{Role: aws.String("role"), Rules: []types.ReplicationRule{r}}
	}
	type pair = comparison[types.ReplicationConfiguration]
	base := with(func(*types.ReplicationRule) {})
	second := with(func(r *types.ReplicationRule) { r.ID, r.Priority = aws.String("b"), aws.Int32(2) }).Rules[0]
	both := func(rules ...types.ReplicationRule) types.ReplicationConfiguration {
		return types.ReplicationConfiguration{Role: aws.String("role"), Rules: rules}
	}
	compare(t, equalReplication,
		pair{"rules in another order", both(base.Rules[0], second), both(second, base.Rules[0]), true},
		pair{"an id from the server", base, with(func(r *types.ReplicationRule) { r.ID = nil }), true},
		pair{"an empty prefix", base, with(func(r *types.ReplicationRule) { r.Filter.Prefix = aws.String("") }), true},
		pair{"delete markers unsaid", base, with(func(r *types.ReplicationRule) { r.DeleteMarkerReplication = nil }), true},
		pair{"the first version of the schema", base, with(func(r *types.ReplicationRule) {
			r.Filter, r.DeleteMarkerReplication, r.Prefix = nil, nil, aws.String("") //nolint:staticcheck // deprecated, yet old rules have it
		}), false},
		pair{"the first version, with delete markers", with(func(r *types.ReplicationRule) { r.DeleteMarkerReplication.Status = "Enabled" }), with(func(r *types.ReplicationRule) {
			r.Filter, r.DeleteMarkerReplication, r.Prefix = nil, nil, aws.String("") //nolint:staticcheck // deprecated, yet old rules have it
		}), true},
		pair{"delete markers", base, with(func(r *types.ReplicationRule) { r.DeleteMarkerReplication.Status = "Enabled" }), false},
		pair{"no time control", base, with(func(r *types.ReplicationRule) { r.Destination.ReplicationTime = nil }), false},
		pair{"no metrics", base, with(func(r *types.ReplicationRule) { r.Destination.Metrics = nil }), false},
		pair{"other priority", base, with(func(r *types.ReplicationRule) { r.Priority = aws.Int32(2) }), false},
		pair{"other destination", base, with(func(r *types.ReplicationRule) { r.Destination.Bucket = aws.String("x") }), false},
		pair{"a replica key", base, with(func(r *types.ReplicationRule) {
			r.Destination.EncryptionConfiguration = &types.EncryptionConfiguration{ReplicaKmsKeyID: aws.String("k")}
		}), false},
		pair{"encrypted objects", base, with(func(r *types.ReplicationRule) {
			r.SourceSelectionCriteria = &types.SourceSelectionCriteria{SseKmsEncryptedObjects: &types.SseKmsEncryptedObjects{Status: "Enabled"}}
		}), false},
		pair{"other role", base, types.ReplicationConfiguration{Role: aws.String("x"), Rules: base.Rules}, false},
	)
}

func TestEqualNamedDocuments(t *testing.T) {
	tag := types.Tag{Key: aws.String("k"), Value: aws.String("v")}
	metrics := func(f types.MetricsFilter) types.MetricsConfiguration {
		return types.MetricsConfiguration{Id: aws.String("All"), Filter: f}
	}
	compare(t, equalMetrics,
		comparison[types.MetricsConfiguration]{"prefix or access point", metrics(&types.MetricsFilterMemberPrefix{Value: "a"}), metrics(&types.MetricsFilterMemberAccessPointArn{Value: "a"}), false},
		comparison[types.MetricsConfiguration]{"alone and in an And", metrics(&types.MetricsFilterMemberTag{Value: tag}), metrics(&types.MetricsFilterMemberAnd{Value: types.MetricsAndOperator{Tags: []types.Tag{tag}}}), true},
		comparison[types.MetricsConfiguration]{"no filter and an empty one", metrics(nil), metrics(&types.MetricsFilterMemberPrefix{}), true},
	)
	tiering := func(tiers ...types.Tiering) types.IntelligentTieringConfiguration {
		return types.IntelligentTieringConfiguration{Id: aws.String("a"), Status: "Enabled", Tierings: tiers}
	}
	archive := types.Tiering{AccessTier: "ARCHIVE_ACCESS", Days: aws.Int32(90)}
	deep := types.Tiering{AccessTier: "DEEP_ARCHIVE_ACCESS", Days: aws.Int32(180)}
	compare(t, equalTiering,
		comparison[types.IntelligentTieringConfiguration]{"tiers in another order", tiering(archive, deep), tiering(deep, archive), true},
		comparison[types.IntelligentTieringConfiguration]{"a tier less", tiering(archive, deep), tiering(archive), false},
	)
	inventory := func(encryption *types.InventoryEncryption, fields ...types.InventoryOptionalField) types.InventoryConfiguration {
		return types.InventoryConfiguration{Id: aws.String("a"), OptionalFields: fields, Destination: &types.InventoryDestination{
			S3BucketDestination: &types.InventoryS3BucketDestination{Bucket: aws.String("b"), Encryption: encryption},
		}}
	}
	key := &types.InventoryEncryption{SSEKMS: &types.SSEKMS{KeyId: aws.String("k")}}
	compare(t, equalInventory,
		comparison[types.InventoryConfiguration]{"fields in another order", inventory(nil, "Size", "ETag"), inventory(nil, "ETag", "Size"), true},
		comparison[types.InventoryConfiguration]{"a key", inventory(key), inventory(nil), false},
		comparison[types.InventoryConfiguration]{"same keys", inventory(key), inventory(&types.InventoryEncryption{SSEKMS: &types.SSEKMS{KeyId: aws.String("k")}}), true},
	)
	compare(t, equalLogging,
		comparison[types.LoggingEnabled]{"the default format", types.LoggingEnabled{}, types.LoggingEnabled{TargetObjectKeyFormat: &types.TargetObjectKeyFormat{SimplePrefix: &types.SimplePrefix{}}}, true},
		comparison[types.LoggingEnabled]{"another format", types.LoggingEnabled{}, types.LoggingEnabled{TargetObjectKeyFormat: &types.TargetObjectKeyFormat{PartitionedPrefix: &types.PartitionedPrefix{PartitionDateSource: "EventTime"}}}, false},
		comparison[types.LoggingEnabled]{"another target", types.LoggingEnabled{TargetPrefix: aws.String("a")}, types.LoggingEnabled{}, false},
	)
}
