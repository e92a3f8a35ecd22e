package s3bucket

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Inventory is one of the inventory configurations of a bucket, by its Id. A bucket
// that cannot take the inventories is an *InventoryTargetError.
var Inventory = &Document[types.InventoryConfiguration]{
	Kind:    "inventory configuration",
	Equal:   equalInventory,
	several: true,
	get:     getInventory,
	put:     putInventory,
	remove:  removeInventory,
	judge:   judgeInventory,
}

func getInventory(ctx context.Context, client *s3.Client, id ID) (types.InventoryConfiguration, error) {
	out, err := client.GetBucketInventoryConfiguration(ctx, &s3.GetBucketInventoryConfigurationInput{Bucket: &id.Bucket, Id: &id.Name})
	if err != nil {
		return types.InventoryConfiguration{}, err
	}
	if c := out.InventoryConfiguration; c != nil && aws.ToString(c.Id) == id.Name {
		return *c, nil
	}
	return types.InventoryConfiguration{}, otherDocument(out.ResultMetadata)
}

func putInventory(ctx context.Context, client *s3.Client, id ID, inventory types.InventoryConfiguration) error {
	_, err := client.PutBucketInventoryConfiguration(ctx, &s3.PutBucketInventoryConfigurationInput{
		Bucket: &id.Bucket, Id: &id.Name, InventoryConfiguration: &inventory,
	})
	return err
}

func removeInventory(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketInventoryConfiguration(ctx, &s3.DeleteBucketInventoryConfigurationInput{Bucket: &id.Bucket, Id: &id.Name})
	return err
}

func judgeInventory(_ context.Context, _ *Store, id ID, inventory types.InventoryConfiguration, err error) error {
	if target := inventoryTarget(inventory); target != nil && awserr.Is(err, "InvalidS3DestinationBucket") {
		return &InventoryTargetError{id.Bucket, aws.ToString(target.Bucket), err}
	}
	return err
}

// InventoryTargetError says that S3 refuses a bucket as the destination of another's
// inventories.
type InventoryTargetError struct {
	Bucket    string
	TargetARN string
	Err       error // the server's answer
}

// Error implements error.
func (e *InventoryTargetError) Error() string {
	return fmt.Sprintf("%s cannot take inventories of %s: %v", e.TargetARN, e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *InventoryTargetError) Unwrap() error { return e.Err }

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
