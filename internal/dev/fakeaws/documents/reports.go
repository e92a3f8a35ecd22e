package documents

import (
	"slices"
	"strconv"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// Tiering is one Intelligent-Tiering configuration.
type Tiering struct {
	ID      string `xml:"Id"`
	Filter  *objectFilter
	Status  string
	Tiering []Tier
}

// Tier is an archive tier, and the days after which objects enter it.
type Tier struct {
	Days       int32
	AccessTier string
}

// maxTieringDays bounds both tiers.
const maxTieringDays = 730

// minTieringDays are the tiers and the days after which an object can enter
// them at the earliest.
var minTieringDays = map[string]int32{"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}

// Check refuses what S3 refuses of the document alone.
func (t Tiering) Check() error {
	if !onOrOff(t.Status) || len(t.Tiering) == 0 {
		return wire.MalformedXML()
	}
	if t.Filter != nil {
		if t.Filter.AccessPoint() != "" {
			return wire.MalformedXML()
		}
		if err := t.Filter.Check(false); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, tier := range t.Tiering {
		least, ok := minTieringDays[tier.AccessTier]
		if !ok {
			return wire.MalformedXML()
		}
		if seen[tier.AccessTier] {
			return wire.InvalidRequest("The access tier " + tier.AccessTier + " is configured more than once.")
		}
		seen[tier.AccessTier] = true
		if tier.Days < least || tier.Days > maxTieringDays {
			return wire.InvalidArgument("Days", strconv.Itoa(int(tier.Days)),
				"'Days' for the access tier "+tier.AccessTier+" must be between "+strconv.Itoa(int(least))+" and "+strconv.Itoa(maxTieringDays))
		}
	}
	return nil
}

// Metrics is one metrics configuration.
type Metrics struct {
	ID     string `xml:"Id"`
	Filter *objectFilter
}

// Inventory is one inventory configuration.
type Inventory struct {
	Destination struct {
		S3BucketDestination InventoryDestination
	}
	IsEnabled              *bool
	Filter                 *struct{ Prefix string }
	ID                     string `xml:"Id"`
	IncludedObjectVersions string
	OptionalFields         *struct{ Field []string }
	Schedule               struct{ Frequency string }
}

// InventoryDestination is where the reports go.
type InventoryDestination struct {
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

// Check refuses what S3 refuses of the document alone.
func (i Inventory) Check() error {
	d := i.Destination.S3BucketDestination
	if i.IsEnabled == nil ||
		i.IncludedObjectVersions != "All" && i.IncludedObjectVersions != "Current" ||
		i.Schedule.Frequency != "Daily" && i.Schedule.Frequency != "Weekly" ||
		!slices.Contains([]string{"CSV", "ORC", "Parquet"}, d.Format) {
		return wire.MalformedXML()
	}
	if e := d.Encryption; e != nil && (e.S3 == nil) == (e.KMS == nil) {
		return wire.MalformedXML()
	}
	if i.OptionalFields != nil {
		for _, name := range i.OptionalFields.Field {
			if !slices.Contains(inventoryFields, name) {
				return wire.MalformedXML()
			}
		}
	}
	return nil
}

// LoggingRoot is the root element of Logging.
const LoggingRoot = "BucketLoggingStatus"

// Logging is the document of access logging; empty, it switches logging off.
type Logging struct {
	LoggingEnabled *LoggingEnabled
}

// LoggingEnabled is where the logs go.
type LoggingEnabled struct {
	TargetBucket          string
	TargetGrants          *targetGrants
	TargetPrefix          string
	TargetObjectKeyFormat *logKeyFormat
}

type targetGrants struct {
	Grant []targetGrant
}

type targetGrant struct {
	Grantee *struct {
		DisplayName, EmailAddress, ID, URI *string
	}
	Permission *string
}

type logKeyFormat struct {
	SimplePrefix      *struct{}
	PartitionedPrefix *struct{ PartitionDateSource *string }
}

func (f *logKeyFormat) Check() error {
	switch {
	case f == nil:
		return nil
	case (f.SimplePrefix == nil) == (f.PartitionedPrefix == nil):
		return wire.MalformedXML()
	case f.PartitionedPrefix == nil:
		return nil
	}
	if source := f.PartitionedPrefix.PartitionDateSource; source != nil && *source != "EventTime" && *source != "DeliveryTime" {
		return wire.MalformedXML()
	}
	return nil
}

// NotificationRoot is the root element of Notification.
const NotificationRoot = "NotificationConfiguration"

// Notification is the document of the event notifications.
type Notification struct {
	Topics      []NotificationTarget `xml:"TopicConfiguration"`
	Queues      []NotificationTarget `xml:"QueueConfiguration"`
	Functions   []NotificationTarget `xml:"CloudFunctionConfiguration"`
	EventBridge *struct{}            `xml:"EventBridgeConfiguration"`
}

// NotificationTarget is one topic, queue or function, and the events it is told.
type NotificationTarget struct {
	ID       *string `xml:"Id"`
	Topic    *string
	Queue    *string
	Function *string `xml:"CloudFunction"`
	Event    []string
	Filter   *notificationFilter
}

type notificationFilter struct {
	S3Key *struct {
		FilterRule []filterRule
	}
}

type filterRule struct {
	Name  string
	Value string
}

var notificationEvents = []string{
	"s3:ReducedRedundancyLostObject", "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy",
	"s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated",
	"s3:ObjectRestore:*", "s3:ObjectRestore:Post", "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete",
	"s3:Replication:*", "s3:Replication:OperationFailedReplication", "s3:Replication:OperationNotTracked",
	"s3:Replication:OperationMissedThreshold", "s3:Replication:OperationReplicatedAfterThreshold",
	"s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectAcl:Put", "s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete",
	"s3:LifecycleExpiration:DeleteMarkerCreated", "s3:ObjectTagging:*", "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete",
}

// Check refuses a target that is not one of the service in the region.
func (t NotificationTarget) Check(service, region string) error {
	arn := map[string]*string{"sns": t.Topic, "sqs": t.Queue, "lambda": t.Function}[service]
	if arn == nil || count(t.Topic != nil, t.Queue != nil, t.Function != nil) != 1 || len(t.Event) == 0 {
		return wire.MalformedXML()
	}
	parts := strings.SplitN(*arn, ":", 6)
	switch {
	case len(parts) != 6 || parts[0] != "arn" || parts[1] != "aws" || parts[2] != service:
		return wire.InvalidArgument("arn", *arn, "The ARN could not be parsed")
	case parts[3] != region:
		return wire.InvalidArgument("arn", *arn, "The notification destination service region is not valid for the bucket location constraint")
	}
	for _, event := range t.Event {
		if !slices.Contains(notificationEvents, event) {
			return wire.InvalidArgument("Event", event, "The event '"+event+"' is not supported for notifications")
		}
	}
	if t.Filter == nil || t.Filter.S3Key == nil {
		return nil
	}
	seen := map[string]bool{}
	for _, rule := range t.Filter.S3Key.FilterRule {
		kind := strings.ToLower(rule.Name)
		switch {
		case kind != "prefix" && kind != "suffix":
			return wire.InvalidArgument("FilterRule.Name", rule.Name, "filter rule name must be either prefix or suffix")
		case seen[kind]:
			return wire.InvalidArgument("FilterRule.Name", rule.Name, "Cannot specify more than one "+kind+" rule in a filter.")
		}
		seen[kind] = true
	}
	return nil
}
