package fakeaws

import (
	"net/http"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

const loggingRoot = "BucketLoggingStatus"

var loggingOperations = []operation{
	{
		name: "GetBucketLogging", method: http.MethodGet, level: bucketLevel, sub: []string{"logging"},
		action: "s3:GetBucketLogging", do: getDocumentOrEmpty("logging", loggingRoot),
	},
	{
		name: "PutBucketLogging", method: http.MethodPut, level: bucketLevel, sub: []string{"logging"},
		action: "s3:PutBucketLogging", configures: true, do: (*call).putLogging,
	},
}

type loggingStatus struct {
	LoggingEnabled *loggingEnabled
}

type loggingEnabled struct {
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

func (f *logKeyFormat) check() error {
	switch {
	case f == nil:
		return nil
	case (f.SimplePrefix == nil) == (f.PartitionedPrefix == nil):
		return malformedXML()
	case f.PartitionedPrefix == nil:
		return nil
	}
	if source := f.PartitionedPrefix.PartitionDateSource; source != nil && *source != "EventTime" && *source != "DeliveryTime" {
		return malformedXML()
	}
	return nil
}

// putLogging switches logging on, or off with an empty document.
func (c *call) putLogging() error {
	var config loggingStatus
	if err := c.readConfiguration(loggingRoot, &config); err != nil {
		return err
	}
	if config.LoggingEnabled != nil {
		if err := config.LoggingEnabled.TargetObjectKeyFormat.check(); err != nil {
			return err
		}
		if err := c.checkLogTarget(config.LoggingEnabled); err != nil {
			return err
		}
	}
	return c.putXML("logging", loggingRoot, config, nil)
}

func (c *call) checkLogTarget(l *loggingEnabled) error {
	target := c.s.store.get(l.TargetBucket)
	switch {
	case target == nil:
		return badLogTarget(l, "The target bucket for logging does not exist")
	case target.owner != c.bucket.owner:
		return badLogTarget(l, "The owner for the bucket to be logged and the target bucket must be the same.")
	case target == c.bucket:
		return badLogTarget(l, "The target bucket for logging must not be the bucket to be logged.")
	case target.region != c.bucket.region:
		return fail(403, "CrossLocationLoggingProhibited", "Cross S3 location logging not allowed.",
			field("TargetBucketLocation", target.region), field("SourceBucketLocation", c.bucket.region))
	case l.TargetGrants != nil && target.refusesACLs():
		return fail(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	case l.TargetGrants != nil:
		return notImplemented("TargetGrants")
	case !target.takesLogs(c.bucket, l.TargetPrefix):
		return badLogTarget(l, "You must give the logging service, logging.s3.amazonaws.com, permission to put objects into the target bucket")
	}
	return nil
}

func badLogTarget(l *loggingEnabled, message string) error {
	return fail(400, "InvalidTargetBucketForLogging", message, field("TargetBucket", l.TargetBucket))
}

// takesLogs asks the bucket's policy, the only way to let the service in while
// ACLs are not served.
func (b *bucket) takesLogs(source *bucket, prefix string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.policy.Grants(authz.Request{
		Principal:     authz.Principal{Service: "logging.s3.amazonaws.com"},
		Action:        "s3:PutObject",
		Resource:      objectARN(b.name, prefix+"2006-01-02-15-04-05-0123456789ABCDEF"),
		ResourceOwner: b.owner,
		Context: map[string][]string{
			"aws:sourcearn":       {bucketARN(source.name)},
			"aws:sourceaccount":   {source.owner},
			"aws:securetransport": {"true"},
		},
	})
}
