package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const inventoryDocument = "inventory configuration"

// Inventory returns one of a bucket's inventory configurations by name, which is
// its Id.
func (s *Store) Inventory(ctx context.Context, bucket, name string) (types.InventoryConfiguration, error) {
	p := part{inventoryDocument, bucket}
	return read(ctx, s, p, func(client *s3.Client) (types.InventoryConfiguration, error) {
		out, err := client.GetBucketInventoryConfiguration(ctx, &s3.GetBucketInventoryConfigurationInput{Bucket: &bucket, Id: &name})
		if err != nil {
			return types.InventoryConfiguration{}, err
		}
		if c := out.InventoryConfiguration; c != nil && aws.ToString(c.Id) == name {
			return *c, nil
		}
		return types.InventoryConfiguration{}, p.otherDocument(out.ResultMetadata)
	})
}

// PutInventory makes or replaces the configuration of that Id.
func (s *Store) PutInventory(ctx context.Context, bucket string, inventory types.InventoryConfiguration) error {
	reread := named(s.Inventory, aws.ToString(inventory.Id))
	return write(ctx, s, part{inventoryDocument, bucket}, inventory, reread, equalInventory, func(client *s3.Client) error {
		_, err := client.PutBucketInventoryConfiguration(ctx, &s3.PutBucketInventoryConfigurationInput{
			Bucket: &bucket, Id: inventory.Id, InventoryConfiguration: &inventory,
		})
		return err
	})
}

// DeleteInventory removes a configuration by name. It is no error if there is
// none.
func (s *Store) DeleteInventory(ctx context.Context, bucket, name string) error {
	return removeNamed(ctx, s, part{inventoryDocument, bucket}, named(s.Inventory, name), func(client *s3.Client) error {
		_, err := client.DeleteBucketInventoryConfiguration(ctx, &s3.DeleteBucketInventoryConfigurationInput{Bucket: &bucket, Id: &name})
		return err
	})
}

func equalInventory(a, b types.InventoryConfiguration) bool {
	return aws.ToString(a.Id) == aws.ToString(b.Id) &&
		a.IncludedObjectVersions == b.IncludedObjectVersions &&
		aws.ToBool(a.IsEnabled) == aws.ToBool(b.IsEnabled) &&
		inventoryPrefix(a) == inventoryPrefix(b) &&
		inventoryFrequency(a) == inventoryFrequency(b) &&
		sameStrings(a.OptionalFields, b.OptionalFields) &&
		sameOptional(inventoryTarget(a), inventoryTarget(b), equalInventoryTarget)
}

func inventoryPrefix(c types.InventoryConfiguration) string {
	if c.Filter == nil {
		return ""
	}
	return aws.ToString(c.Filter.Prefix)
}

func inventoryFrequency(c types.InventoryConfiguration) types.InventoryFrequency {
	if c.Schedule == nil {
		return ""
	}
	return c.Schedule.Frequency
}

func inventoryTarget(c types.InventoryConfiguration) *types.InventoryS3BucketDestination {
	if c.Destination == nil {
		return nil
	}
	return c.Destination.S3BucketDestination
}

func equalInventoryTarget(a, b types.InventoryS3BucketDestination) bool {
	return aws.ToString(a.Bucket) == aws.ToString(b.Bucket) &&
		a.Format == b.Format &&
		aws.ToString(a.AccountId) == aws.ToString(b.AccountId) &&
		aws.ToString(a.Prefix) == aws.ToString(b.Prefix) &&
		sameOptional(a.Encryption, b.Encryption, equalInventoryEncryption)
}

func equalInventoryEncryption(a, b types.InventoryEncryption) bool {
	return (a.SSES3 == nil) == (b.SSES3 == nil) &&
		sameOptional(a.SSEKMS, b.SSEKMS, func(a, b types.SSEKMS) bool { return aws.ToString(a.KeyId) == aws.ToString(b.KeyId) })
}
