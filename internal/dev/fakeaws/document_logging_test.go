package fakeaws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const logDelivery = `{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/s3-access/*",` +
	`"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::videos"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}`

func loggingDocument(target, prefix, more string) string {
	return "<BucketLoggingStatus><LoggingEnabled><TargetBucket>" + target + "</TargetBucket><TargetPrefix>" + prefix + "</TargetPrefix>" + more + "</LoggingEnabled></BucketLoggingStatus>"
}

// withLogs adds the bucket "logs" that takes the logs of "videos".
func withLogs(t *testing.T) (*Server, *s3.Client) {
	t.Helper()
	s, c := withBucket(t, Options{})
	must[*s3.CreateBucketOutput](t)(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("logs")}))
	must[*s3.PutBucketPolicyOutput](t)(c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("logs"), Policy: aws.String(policy(logDelivery))}))
	return s, c
}

func TestLoggingRoundTrip(t *testing.T) {
	_, c := withLogs(t)
	put := func(l *types.LoggingEnabled) {
		must[*s3.PutBucketLoggingOutput](t)(c.PutBucketLogging(t.Context(), &s3.PutBucketLoggingInput{Bucket: videos, BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: l}}))
	}
	get := func() *types.LoggingEnabled {
		return must[*s3.GetBucketLoggingOutput](t)(c.GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: videos})).LoggingEnabled
	}
	put(&types.LoggingEnabled{
		TargetBucket: aws.String("logs"), TargetPrefix: aws.String("s3-access/"),
		TargetObjectKeyFormat: &types.TargetObjectKeyFormat{PartitionedPrefix: &types.PartitionedPrefix{PartitionDateSource: types.PartitionDateSourceEventTime}},
	})
	if got := get(); got == nil || *got.TargetBucket != "logs" || *got.TargetPrefix != "s3-access/" || got.TargetObjectKeyFormat.PartitionedPrefix == nil {
		t.Errorf("read back %+v", got)
	}
	put(nil)
	if got := get(); got != nil {
		t.Errorf("switched off, and got %+v", got)
	}
}

func TestLoggingTargets(t *testing.T) {
	s, c := withLogs(t)
	other := client(s, s.AddAccount("999999999999"))
	must[*s3.CreateBucketOutput](t)(other.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("their-logs")}))
	west := client(s, s.Root(), inRegion("us-west-2"))
	must[*s3.CreateBucketOutput](t)(west.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: aws.String("west-logs"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "us-west-2"},
	}))
	must[*s3.CreateBucketOutput](t)(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("closed")}))
	const grants = "<TargetGrants><Grant><Grantee><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>WRITE</Permission></Grant></TargetGrants>"
	judgements{
		"a bucket that takes logs": {loggingDocument("logs", "s3-access/", ""), ""},
		"another prefix":           {loggingDocument("logs", "elsewhere/", ""), "InvalidTargetBucketForLogging"},
		"no policy":                {loggingDocument("closed", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"no bucket":                {loggingDocument("nothing", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"another account's":        {loggingDocument("their-logs", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"another region":           {loggingDocument("west-logs", "s3-access/", ""), "CrossLocationLoggingProhibited"},
		"itself":                   {loggingDocument("videos", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"grants":                   {loggingDocument("logs", "s3-access/", grants), "AccessControlListNotSupported"},
		"no prefix":                {"<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket></LoggingEnabled></BucketLoggingStatus>", "MalformedXML"},
		"an empty prefix":          {loggingDocument("logs", "", ""), "InvalidTargetBucketForLogging"}, // the policy names one
		"no key format":            {loggingDocument("logs", "s3-access/", "<TargetObjectKeyFormat/>"), "MalformedXML"},
		"off":                      {"<BucketLoggingStatus/>", ""},
	}.run(t, s, "logging")
}
