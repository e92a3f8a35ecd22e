package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const encryptionDocument = "default encryption"

// Encryption says how a bucket encrypts objects that come without instructions.
type Encryption struct {
	Algorithm types.ServerSideEncryption
	KMSKeyARN string // "" for AWS's own key, or for none
	BucketKey bool
}

// Encryption returns a bucket's default encryption.
func (s *Store) Encryption(ctx context.Context, bucket string) (Encryption, error) {
	return read(ctx, s, part{encryptionDocument, bucket}, func(client *s3.Client) (Encryption, error) {
		rule, err := encryptionRule(ctx, client, bucket)
		if err != nil {
			return Encryption{}, err
		}
		byDefault := rule.ApplyServerSideEncryptionByDefault
		if byDefault == nil {
			return Encryption{}, ErrAbsent
		}
		return Encryption{
			Algorithm: byDefault.SSEAlgorithm,
			KMSKeyARN: aws.ToString(byDefault.KMSMasterKeyID),
			BucketKey: aws.ToBool(rule.BucketKeyEnabled),
		}, nil
	})
}

// PutEncryption sets a bucket's default encryption. Encryption types that the
// bucket blocks stay blocked.
func (s *Store) PutEncryption(ctx context.Context, bucket string, encryption Encryption) error {
	return write(ctx, s, part{encryptionDocument, bucket}, encryption, s.Encryption, equalEncryption, func(client *s3.Client) error {
		rule, err := encryptionRule(ctx, client, bucket)
		if err != nil && !awserr.DocumentGone(err) {
			return err
		}
		rule.ApplyServerSideEncryptionByDefault = &types.ServerSideEncryptionByDefault{SSEAlgorithm: encryption.Algorithm}
		if encryption.KMSKeyARN != "" {
			rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID = &encryption.KMSKeyARN
		}
		rule.BucketKeyEnabled = &encryption.BucketKey
		_, err = client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
			Bucket: &bucket,
			ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
				Rules: []types.ServerSideEncryptionRule{rule},
			},
		})
		return err
	})
}

// encryptionRule returns the one rule that S3 lets a bucket have, empty when it
// has none.
func encryptionRule(ctx context.Context, client *s3.Client, bucket string) (types.ServerSideEncryptionRule, error) {
	out, err := client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &bucket})
	if err != nil || out.ServerSideEncryptionConfiguration == nil || len(out.ServerSideEncryptionConfiguration.Rules) == 0 {
		return types.ServerSideEncryptionRule{}, err
	}
	return out.ServerSideEncryptionConfiguration.Rules[0], nil
}

func equalEncryption(a, b Encryption) bool {
	return a.Algorithm == b.Algorithm && a.BucketKey == b.BucketKey && same(a.KMSKeyARN, b.KMSKeyARN)
}
