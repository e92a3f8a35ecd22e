package fakeaws

import (
	"slices"
	"strings"
)

var inventoryKind = namedKind{
	kind: "inventory", root: "InventoryConfiguration", listRoot: "ListInventoryConfigurationsResult",
	what: "InventoryConfiguration", action: "InventoryConfiguration",
}

var inventoryOperations = inventoryKind.operations((*call).putInventory)

type inventoryConfiguration struct {
	Destination struct {
		S3BucketDestination inventoryDestination
	}
	IsEnabled              *bool
	Filter                 *struct{ Prefix string }
	ID                     string `xml:"Id"`
	IncludedObjectVersions string
	OptionalFields         *struct{ Field []string }
	Schedule               struct{ Frequency string }
}

type inventoryDestination struct {
	AccountID  *string `xml:"AccountId"`
	Bucket     string
	Format     string
	Prefix     *string
	Encryption *inventoryEncryption
}

type inventoryEncryption struct {
	S3  *struct{} `xml:"SSE-S3"`
	KMS *struct {
		KeyID string `xml:"KeyId"`
	} `xml:"SSE-KMS"`
}

var inventoryFields = []string{
	"Size", "LastModifiedDate", "StorageClass", "ETag", "IsMultipartUploaded", "ReplicationStatus", "EncryptionStatus",
	"ObjectLockRetainUntilDate", "ObjectLockMode", "ObjectLockLegalHoldStatus", "IntelligentTieringAccessTier", "BucketKeyStatus",
	"ChecksumAlgorithm", "ObjectAccessControlList", "ObjectOwner", "LifecycleExpirationDate",
}

func (c *call) putInventory() error {
	var config inventoryConfiguration
	if err := c.readConfiguration(inventoryKind.root, &config); err != nil {
		return err
	}
	if err := inventoryKind.checkID(c, config.ID); err != nil {
		return err
	}
	if err := config.check(); err != nil {
		return err
	}
	if err := c.checkInventoryTarget(config.Destination.S3BucketDestination); err != nil {
		return err
	}
	return inventoryKind.put(c, config)
}

func (i inventoryConfiguration) check() error {
	d := i.Destination.S3BucketDestination
	if i.IsEnabled == nil ||
		i.IncludedObjectVersions != "All" && i.IncludedObjectVersions != "Current" ||
		i.Schedule.Frequency != "Daily" && i.Schedule.Frequency != "Weekly" ||
		!slices.Contains([]string{"CSV", "ORC", "Parquet"}, d.Format) {
		return malformedXML()
	}
	if e := d.Encryption; e != nil && (e.S3 == nil) == (e.KMS == nil) {
		return malformedXML()
	}
	if i.OptionalFields != nil {
		for _, name := range i.OptionalFields.Field {
			if !slices.Contains(inventoryFields, name) {
				return malformedXML()
			}
		}
	}
	return nil
}

// checkInventoryTarget wants the bucket of the reports in the source's region.
func (c *call) checkInventoryTarget(d inventoryDestination) error {
	name, ok := strings.CutPrefix(d.Bucket, "arn:aws:s3:::")
	if !ok {
		return invalidArgument("Bucket", d.Bucket, "Invalid bucket ARN")
	}
	b := c.s.store.get(name)
	switch {
	case b == nil:
		return badInventoryTarget(name, "The destination bucket does not exist")
	case b.region != c.bucket.region:
		return badInventoryTarget(name, "The destination bucket must be in the same region as the source bucket")
	case d.AccountID != nil && *d.AccountID != b.owner:
		return badInventoryTarget(name, "The account does not own the destination bucket")
	}
	return nil
}

func badInventoryTarget(name, message string) error {
	return fail(400, "InvalidS3DestinationBucket", message, field("DestinationBucket", name))
}
