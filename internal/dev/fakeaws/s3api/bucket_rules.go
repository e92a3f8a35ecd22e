package s3api

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

var lifecycleOperations = []operation{
	{
		name: "GetBucketLifecycleConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"lifecycle"},
		action: "s3:GetLifecycleConfiguration",
		do:     getDocument("lifecycle", wire.Fail(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")),
	},
	{
		name: "PutBucketLifecycleConfiguration", method: http.MethodPut, level: bucketLevel, sub: []string{"lifecycle"},
		reads:  []string{"x-amz-transition-default-minimum-object-size"},
		action: "s3:PutLifecycleConfiguration", configures: true, do: (*Call).putLifecycle,
	},
	{
		name: "DeleteBucketLifecycle", method: http.MethodDelete, level: bucketLevel, sub: []string{"lifecycle"},
		action: "s3:PutLifecycleConfiguration", configures: true, do: deleteDocument("lifecycle", nil),
	},
}

func (c *Call) putLifecycle() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	size := cmp.Or(c.r.Header.Get(documents.MinimumSizeHeader), documents.MinimumSizes[0])
	if !slices.Contains(documents.MinimumSizes, size) {
		return wire.InvalidRequest("Invalid TransitionDefaultMinimumObjectSize found: " + size)
	}
	var config documents.Lifecycle
	if err := c.readConfiguration(documents.LifecycleRoot, &config); err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	for i := range config.Rule {
		if rule := &config.Rule[i]; rule.ID == nil {
			id := hex.EncodeToString(wire.RandomBytes(24))
			rule.ID = &id
		}
	}
	body, err := wire.Canonical(documents.LifecycleRoot, config)
	if err != nil {
		return err
	}
	doc := &content{body: body, header: map[string]string{documents.MinimumSizeHeader: size}}
	if err := c.change(documentKey{kind: "lifecycle"}, doc, nil); err != nil {
		return err
	}
	c.w.Header().Set(documents.MinimumSizeHeader, size)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

var replicationOperations = []operation{
	{
		name: "GetBucketReplication", method: http.MethodGet, level: bucketLevel, sub: []string{"replication"},
		action: "s3:GetReplicationConfiguration",
		do:     getDocument("replication", wire.Fail(404, "ReplicationConfigurationNotFoundError", "The replication configuration was not found")),
	},
	{
		name: "PutBucketReplication", method: http.MethodPut, level: bucketLevel, sub: []string{"replication"},
		action: "s3:PutReplicationConfiguration", configures: true, do: (*Call).putReplication,
	},
	{
		name: "DeleteBucketReplication", method: http.MethodDelete, level: bucketLevel, sub: []string{"replication"},
		action: "s3:PutReplicationConfiguration", configures: true, do: deleteDocument("replication", nil),
	},
}

func (c *Call) putReplication() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var config documents.Replication
	if err := c.readConfiguration(documents.ReplicationRoot, &config); err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	if err := c.passRole(config.Role, "s3.amazonaws.com"); err != nil {
		return err
	}
	if !c.bucket.versioned() {
		return wire.InvalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	}
	for _, rule := range config.Rule {
		if err := c.checkDestination(rule.Destination); err != nil {
			return err
		}
	}
	return c.putXML("replication", documents.ReplicationRoot, config, nil)
}

// passRole checks that the caller may hand a role of his account to a
// service, and that the service can assume it.
func (c *Call) passRole(arn, service string) error {
	account := authz.AccountOf(arn)
	if !strings.HasPrefix(arn, "arn:aws:iam::") || !strings.Contains(arn, ":role/") {
		return wire.InvalidArgument("Role", arn, "Invalid Role ARN")
	}
	if account != c.caller.Principal.AccountID {
		return c.accessDenied("iam:PassRole", arn, "")
	}
	if err := c.authorizeOn(nil, "iam:PassRole", arn, map[string][]string{"iam:passedtoservice": {service}}); err != nil {
		return err
	}
	if !c.s.opts.Principals.ServiceMayAssume(arn, service) {
		return wire.InvalidRequest("The role " + arn + " does not exist or cannot be assumed by " + service + ".")
	}
	return nil
}

func (c *Call) checkDestination(d documents.ReplicationDestination) error {
	name, ok := strings.CutPrefix(d.Bucket, "arn:aws:s3:::")
	if !ok || strings.Contains(name, "/") {
		return wire.InvalidArgument("Bucket", d.Bucket, "Invalid bucket ARN")
	}
	b := c.s.store.get(name)
	switch {
	case b == nil:
		return wire.InvalidRequest("Destination bucket must exist.")
	case b == c.bucket:
		return wire.InvalidRequest("Destination bucket cannot be the same as the source bucket.")
	case !b.versioned():
		return wire.InvalidRequest("Destination bucket must have versioning enabled.")
	case d.Account != nil && *d.Account != b.owner:
		return wire.InvalidRequest("Account does not own the destination bucket.")
	}
	return nil
}

// replicates tells whether the bucket is the source of a replication.
func (b *bucket) replicates() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.documents[documentKey{kind: "replication"}].now != nil
}

// tieringKind is Intelligent-Tiering.
var tieringKind = namedKind{
	kind: "intelligent-tiering", root: "IntelligentTieringConfiguration", listRoot: "ListBucketIntelligentTieringConfigurationsOutput",
	what: "IntelligentTieringConfiguration", action: "IntelligentTieringConfiguration",
}

var tieringOperations = tieringKind.operations((*Call).putTiering)

func (c *Call) putTiering() error {
	var config documents.Tiering
	if err := c.readConfiguration(tieringKind.root, &config); err != nil {
		return err
	}
	if err := tieringKind.checkID(c, config.ID); err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	return tieringKind.put(c, config)
}

var metricsKind = namedKind{
	kind: "metrics", root: "MetricsConfiguration", listRoot: "ListMetricsConfigurationsResult",
	what: "MetricsConfiguration", action: "MetricsConfiguration",
}

var metricsOperations = metricsKind.operations((*Call).putMetrics)

func (c *Call) putMetrics() error {
	var config documents.Metrics
	if err := c.readConfiguration(metricsKind.root, &config); err != nil {
		return err
	}
	if err := metricsKind.checkID(c, config.ID); err != nil {
		return err
	}
	if config.Filter != nil {
		if err := config.Filter.Check(false); err != nil {
			return err
		}
		if arn := config.Filter.AccessPoint(); arn != "" && !strings.HasPrefix(arn, "arn:aws:s3:") {
			return wire.InvalidArgument("AccessPointArn", arn, "Invalid access point ARN")
		}
	}
	return metricsKind.put(c, config)
}

var inventoryKind = namedKind{
	kind: "inventory", root: "InventoryConfiguration", listRoot: "ListInventoryConfigurationsResult",
	what: "InventoryConfiguration", action: "InventoryConfiguration",
}

var inventoryOperations = inventoryKind.operations((*Call).putInventory)

func (c *Call) putInventory() error {
	var config documents.Inventory
	if err := c.readConfiguration(inventoryKind.root, &config); err != nil {
		return err
	}
	if err := inventoryKind.checkID(c, config.ID); err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	if err := c.checkInventoryTarget(config.Destination.S3BucketDestination); err != nil {
		return err
	}
	return inventoryKind.put(c, config)
}

// checkInventoryTarget wants the bucket of the reports in the source's region.
func (c *Call) checkInventoryTarget(d documents.InventoryDestination) error {
	name, ok := strings.CutPrefix(d.Bucket, "arn:aws:s3:::")
	if !ok {
		return wire.InvalidArgument("Bucket", d.Bucket, "Invalid bucket ARN")
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
	return wire.Fail(400, "InvalidS3DestinationBucket", message, wire.Field("DestinationBucket", name))
}

var loggingOperations = []operation{
	{
		name: "GetBucketLogging", method: http.MethodGet, level: bucketLevel, sub: []string{"logging"},
		action: "s3:GetBucketLogging", do: getDocumentOrEmpty("logging", documents.LoggingRoot),
	},
	{
		name: "PutBucketLogging", method: http.MethodPut, level: bucketLevel, sub: []string{"logging"},
		action: "s3:PutBucketLogging", configures: true, do: (*Call).putLogging,
	},
}

// putLogging switches logging on, or off with an empty document.
func (c *Call) putLogging() error {
	var config documents.Logging
	if err := c.readConfiguration(documents.LoggingRoot, &config); err != nil {
		return err
	}
	if config.LoggingEnabled != nil {
		if err := config.LoggingEnabled.TargetObjectKeyFormat.Check(); err != nil {
			return err
		}
		if err := c.checkLogTarget(config.LoggingEnabled); err != nil {
			return err
		}
	}
	return c.putXML("logging", documents.LoggingRoot, config, nil)
}

func (c *Call) checkLogTarget(l *documents.LoggingEnabled) error {
	target := c.s.store.get(l.TargetBucket)
	switch {
	case target == nil:
		return badLogTarget(l, "The target bucket for logging does not exist")
	case target.owner != c.bucket.owner:
		return badLogTarget(l, "The owner for the bucket to be logged and the target bucket must be the same.")
	case target == c.bucket:
		return badLogTarget(l, "The target bucket for logging must not be the bucket to be logged.")
	case target.region != c.bucket.region:
		return wire.Fail(403, "CrossLocationLoggingProhibited", "Cross S3 location logging not allowed.",
			wire.Field("TargetBucketLocation", target.region), wire.Field("SourceBucketLocation", c.bucket.region))
	case l.TargetGrants != nil && target.refusesACLs():
		return wire.Fail(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	case l.TargetGrants != nil:
		return wire.NotImplemented("TargetGrants")
	case !target.takesLogs(c.bucket, l.TargetPrefix):
		return badLogTarget(l, "You must give the logging service, logging.s3.amazonaws.com, permission to put objects into the target bucket")
	}
	return nil
}

func badLogTarget(l *documents.LoggingEnabled, message string) error {
	return wire.Fail(400, "InvalidTargetBucketForLogging", message, wire.Field("TargetBucket", l.TargetBucket))
}

// takesLogs asks the bucket's policy, the only way to let the service in while
// ACLs are not served.
func (b *bucket) takesLogs(source *bucket, prefix string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.policy.Grants(authz.Request{
		Principal:     authz.Principal{Service: "logging.s3.amazonaws.com"},
		Action:        "s3:PutObject",
		Resource:      wire.ObjectARN(b.name, prefix+"2006-01-02-15-04-05-0123456789ABCDEF"),
		ResourceOwner: b.owner,
		Context: map[string][]string{
			"aws:sourcearn":       {wire.BucketARN(source.name)},
			"aws:sourceaccount":   {source.owner},
			"aws:securetransport": {"true"},
		},
	})
}

var notificationOperations = []operation{
	{
		name: "GetBucketNotificationConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"notification"},
		action: "s3:GetBucketNotification", do: getDocumentOrEmpty("notification", documents.NotificationRoot),
	},
	{
		name: "PutBucketNotificationConfiguration", method: http.MethodPut, level: bucketLevel, sub: []string{"notification"},
		reads:  []string{"x-amz-skip-destination-validation"},
		action: "s3:PutBucketNotification", configures: true, do: (*Call).putNotification,
	},
}

// putNotification judges the targets by the form of their ARNs: the services
// behind them are not served here.
func (c *Call) putNotification() error {
	var config documents.Notification
	if err := c.readConfiguration(documents.NotificationRoot, &config); err != nil {
		return err
	}
	for _, list := range []struct {
		targets []documents.NotificationTarget
		service string
	}{{config.Topics, "sns"}, {config.Queues, "sqs"}, {config.Functions, "lambda"}} {
		for _, target := range list.targets {
			if err := target.Check(list.service, c.bucket.region); err != nil {
				return err
			}
		}
	}
	return c.putXML("notification", documents.NotificationRoot, config, nil)
}
