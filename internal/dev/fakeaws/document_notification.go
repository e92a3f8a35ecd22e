package fakeaws

import (
	"net/http"
	"slices"
	"strings"
)

const notificationRoot = "NotificationConfiguration"

var notificationOperations = []operation{
	{
		name: "GetBucketNotificationConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"notification"},
		action: "s3:GetBucketNotification", do: getDocumentOrEmpty("notification", notificationRoot),
	},
	{
		name: "PutBucketNotificationConfiguration", method: http.MethodPut, level: bucketLevel, sub: []string{"notification"},
		reads:  []string{"x-amz-skip-destination-validation"},
		action: "s3:PutBucketNotification", configures: true, do: (*call).putNotification,
	},
}

type notificationConfiguration struct {
	Topics      []notificationTarget `xml:"TopicConfiguration"`
	Queues      []notificationTarget `xml:"QueueConfiguration"`
	Functions   []notificationTarget `xml:"CloudFunctionConfiguration"`
	EventBridge *struct{}            `xml:"EventBridgeConfiguration"`
}

type notificationTarget struct {
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

// putNotification judges the targets by the form of their ARNs: the services
// behind them are not served here.
func (c *call) putNotification() error {
	var config notificationConfiguration
	if err := c.readConfiguration(notificationRoot, &config); err != nil {
		return err
	}
	for _, list := range []struct {
		targets []notificationTarget
		service string
	}{{config.Topics, "sns"}, {config.Queues, "sqs"}, {config.Functions, "lambda"}} {
		for _, target := range list.targets {
			if err := target.check(list.service, c.bucket.region); err != nil {
				return err
			}
		}
	}
	return c.putXML("notification", notificationRoot, config, nil)
}

func (t notificationTarget) check(service, region string) error {
	arn := map[string]*string{"sns": t.Topic, "sqs": t.Queue, "lambda": t.Function}[service]
	if arn == nil || count(t.Topic != nil, t.Queue != nil, t.Function != nil) != 1 || len(t.Event) == 0 {
		return malformedXML()
	}
	parts := strings.SplitN(*arn, ":", 6)
	switch {
	case len(parts) != 6 || parts[0] != "arn" || parts[1] != "aws" || parts[2] != service:
		return invalidArgument("arn", *arn, "The ARN could not be parsed")
	case parts[3] != region:
		return invalidArgument("arn", *arn, "The notification destination service region is not valid for the bucket location constraint")
	}
	for _, event := range t.Event {
		if !slices.Contains(notificationEvents, event) {
			return invalidArgument("Event", event, "The event '"+event+"' is not supported for notifications")
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
			return invalidArgument("FilterRule.Name", rule.Name, "filter rule name must be either prefix or suffix")
		case seen[kind]:
			return invalidArgument("FilterRule.Name", rule.Name, "Cannot specify more than one "+kind+" rule in a filter.")
		}
		seen[kind] = true
	}
	return nil
}
