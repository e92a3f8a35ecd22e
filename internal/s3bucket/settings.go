package s3bucket

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// This file has the documents that every bucket has, or has a default for.

// Versioning is the versioning status, "" when it was never set; it cannot be removed.
// Its only ErrAbsent is ErrNoBucket.
var Versioning = &Document[types.BucketVersioningStatus]{
	Kind:  "versioning configuration",
	Equal: equalValues[types.BucketVersioningStatus],
	get: func(ctx context.Context, client *s3.Client, id ID) (types.BucketVersioningStatus, error) {
		out, err := client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &id.Bucket})
		if err != nil {
			return "", err
		}
		return out.Status, nil
	},
	put: func(ctx context.Context, client *s3.Client, id ID, status types.BucketVersioningStatus) error {
		_, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
			Bucket:                  &id.Bucket,
			VersioningConfiguration: &types.VersioningConfiguration{Status: status},
		})
		return err
	},
	accepted: func(s *Store, id ID, status types.BucketVersioningStatus) {
		if status == types.BucketVersioningStatusEnabled {
			s.note(s.versioned, id.Bucket)
		}
	},
}

func equalValues[T comparable](a, b T) bool { return a == b }

// EncryptionSettings say how a bucket encrypts objects that come without instructions.
type EncryptionSettings struct {
	Algorithm types.ServerSideEncryption
	KMSKeyARN string // "" for AWS's own key, or for none
	BucketKey bool
}

// Encryption is the default encryption; it cannot be removed. Encryption types that the
// bucket blocks stay blocked.
var Encryption = &Document[EncryptionSettings]{
	Kind: "default encryption",
	Equal: func(a, b EncryptionSettings) bool {
		return a.Algorithm == b.Algorithm && a.BucketKey == b.BucketKey && same(a.KMSKeyARN, b.KMSKeyARN)
	},
	get: getEncryption,
	put: putEncryption,
}

func getEncryption(ctx context.Context, client *s3.Client, id ID) (EncryptionSettings, error) {
	rule, err := encryptionRule(ctx, client, id)
	if err != nil {
		return EncryptionSettings{}, err
	}
	byDefault := rule.ApplyServerSideEncryptionByDefault
	if byDefault == nil {
		return EncryptionSettings{}, ErrAbsent
	}
	return EncryptionSettings{
		Algorithm: byDefault.SSEAlgorithm,
		KMSKeyARN: aws.ToString(byDefault.KMSMasterKeyID),
		BucketKey: aws.ToBool(rule.BucketKeyEnabled),
	}, nil
}

func putEncryption(ctx context.Context, client *s3.Client, id ID, settings EncryptionSettings) error {
	rule, err := encryptionRule(ctx, client, id)
	if err != nil && !awserr.DocumentGone(err) {
		return err
	}
	rule.ApplyServerSideEncryptionByDefault = &types.ServerSideEncryptionByDefault{SSEAlgorithm: settings.Algorithm}
	if settings.KMSKeyARN != "" {
		rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID = &settings.KMSKeyARN
	}
	rule.BucketKeyEnabled = &settings.BucketKey
	_, err = client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: &id.Bucket,
		ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
			Rules: []types.ServerSideEncryptionRule{rule},
		},
	})
	return err
}

// encryptionRule returns the one rule that S3 lets a bucket have, empty when it
// has none.
func encryptionRule(ctx context.Context, client *s3.Client, id ID) (types.ServerSideEncryptionRule, error) {
	out, err := client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &id.Bucket})
	if err != nil || out.ServerSideEncryptionConfiguration == nil || len(out.ServerSideEncryptionConfiguration.Rules) == 0 {
		return types.ServerSideEncryptionRule{}, err
	}
	return out.ServerSideEncryptionConfiguration.Rules[0], nil
}

// Ownership says who owns the objects that others put into a bucket.
var Ownership = &Document[types.ObjectOwnership]{
	Kind:  "object ownership",
	Equal: equalValues[types.ObjectOwnership],
	get: func(ctx context.Context, client *s3.Client, id ID) (types.ObjectOwnership, error) {
		out, err := client.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &id.Bucket})
		if err != nil {
			return "", err
		}
		if out.OwnershipControls == nil || len(out.OwnershipControls.Rules) == 0 {
			return "", ErrAbsent
		}
		return out.OwnershipControls.Rules[0].ObjectOwnership, nil
	},
	put: func(ctx context.Context, client *s3.Client, id ID, ownership types.ObjectOwnership) error {
		_, err := client.PutBucketOwnershipControls(ctx, &s3.PutBucketOwnershipControlsInput{
			Bucket: &id.Bucket,
			OwnershipControls: &types.OwnershipControls{
				Rules: []types.OwnershipControlsRule{{ObjectOwnership: ownership}},
			},
		})
		return err
	},
	remove: func(ctx context.Context, client *s3.Client, id ID) error {
		_, err := client.DeleteBucketOwnershipControls(ctx, &s3.DeleteBucketOwnershipControlsInput{Bucket: &id.Bucket})
		return err
	},
}

// PublicAccess says which ways of making a bucket public do not work. Its zero value
// blocks nothing.
type PublicAccess struct {
	BlockPublicACLs       bool
	BlockPublicPolicy     bool
	IgnorePublicACLs      bool
	RestrictPublicBuckets bool
}

// PublicAccessBlock is a bucket's own block; the account's may block more.
var PublicAccessBlock = &Document[PublicAccess]{
	Kind:  "public access block",
	Equal: equalValues[PublicAccess],
	get: func(ctx context.Context, client *s3.Client, id ID) (PublicAccess, error) {
		out, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &id.Bucket})
		if err != nil {
			return PublicAccess{}, err
		}
		c := out.PublicAccessBlockConfiguration
		if c == nil || *c == (types.PublicAccessBlockConfiguration{}) {
			return PublicAccess{}, ErrAbsent
		}
		return PublicAccess{
			BlockPublicACLs:       aws.ToBool(c.BlockPublicAcls),
			BlockPublicPolicy:     aws.ToBool(c.BlockPublicPolicy),
			IgnorePublicACLs:      aws.ToBool(c.IgnorePublicAcls),
			RestrictPublicBuckets: aws.ToBool(c.RestrictPublicBuckets),
		}, nil
	},
	put: func(ctx context.Context, client *s3.Client, id ID, block PublicAccess) error {
		_, err := client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
			Bucket: &id.Bucket,
			PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
				BlockPublicAcls:       &block.BlockPublicACLs,
				BlockPublicPolicy:     &block.BlockPublicPolicy,
				IgnorePublicAcls:      &block.IgnorePublicACLs,
				RestrictPublicBuckets: &block.RestrictPublicBuckets,
			},
		})
		return err
	},
	remove: func(ctx context.Context, client *s3.Client, id ID) error {
		_, err := client.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: &id.Bucket})
		return err
	},
}

// Tags are all of a bucket's tags, AWS's own included; none is an empty map. Their only
// ErrAbsent is ErrNoBucket. To write no tags removes them. The caller of Write passes on
// the tags of others, such as AWS's own, which S3 does not let anyone remove.
var Tags = &Document[map[string]string]{
	Kind:  "tag set",
	Equal: maps.Equal[map[string]string, map[string]string],
	get:   getTags,
	put:   putTags,
}

func getTags(ctx context.Context, client *s3.Client, id ID) (map[string]string, error) {
	out, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &id.Bucket})
	if awserr.DocumentGone(err) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	return tagMap(out.TagSet), nil
}

// putTags removes only what it has read before, as Document.Remove does.
func putTags(ctx context.Context, client *s3.Client, id ID, tags map[string]string) error {
	if len(tags) == 0 {
		there, err := getTags(ctx, client, id)
		if err != nil || len(there) == 0 {
			return err
		}
		_, err = client.DeleteBucketTagging(ctx, &s3.DeleteBucketTaggingInput{Bucket: &id.Bucket})
		return err
	}
	var set []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		set = append(set, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	_, err := client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &id.Bucket, Tagging: &types.Tagging{TagSet: set}})
	return err
}
