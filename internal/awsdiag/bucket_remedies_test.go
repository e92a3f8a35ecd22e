package awsdiag

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// TestBucketRemedies has every kind of error of package s3bucket, wrapped as a caller
// may.
func TestBucketRemedies(t *testing.T) {
	server := errors.New("the server's answer")
	refusal := func(code, message string) error { return &smithy.GenericAPIError{Code: code, Message: message} }
	const role = "arn:aws:iam::123456789012:role/copier"
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"unsupported": {&s3bucket.UnsupportedError{Document: "metrics configuration", Bucket: "videos", Server: "MinIO at localhost:9000", Err: server},
			"the server MinIO at localhost:9000, which does not implement the metrics configuration of S3"},
		"at risk":             {&s3bucket.BucketAtRiskError{Document: "metrics configuration", Bucket: "videos"}, "terraform state rm"},
		"unconfirmed":         {&s3bucket.UnconfirmedError{Document: "policy", Bucket: "videos"}, "raise the timeout"},
		"rewritten":           {&s3bucket.RewrittenError{Document: "policy", Bucket: "videos"}, "Run terraform plan"},
		"public policy":       {&s3bucket.PublicPolicyError{Bucket: "videos", Err: server}, "block_public_policy of the bucket videos"},
		"logs elsewhere":      {&s3bucket.LogTargetError{Bucket: "videos", Target: "logs", Err: refusal("CrossLocationLoggingProhibited", "")}, "in another region than videos"},
		"logs to nowhere":     {&s3bucket.LogTargetError{Bucket: "videos", Target: "logs", Err: refusal("InvalidTargetBucketForLogging", "does not exist")}, "Create it first"},
		"logs not allowed":    {&s3bucket.LogTargetError{Bucket: "videos", Target: "logs", Err: refusal("InvalidTargetBucketForLogging", "permission")}, `access_log_source_arns = ["arn:aws:s3:::videos"]`},
		"logs refused":        {&s3bucket.LogTargetError{Bucket: "videos", Target: "logs", Err: refusal("InvalidTargetBucketForLogging", "")}, "must be another bucket"},
		"inventory":           {&s3bucket.InventoryTargetError{Bucket: "videos", TargetARN: "arn:aws:s3:::lists", Err: server}, "cannot be delivered to arn:aws:s3:::lists"},
		"exists":              {&s3bucket.ExistsError{Bucket: "videos", Region: "eu-west-1"}, "terraform import fovea_video_bucket.NAME videos"},
		"taken":               {&s3bucket.TakenError{Bucket: "videos", Err: server}, "choose another name"},
		"location":            {&s3bucket.LocationError{Region: "eu-west-1", Err: server}, "Set region in the provider block"},
		"chosen location":     {&s3bucket.LocationError{Region: "eu-west-1", Chosen: true, Err: server}, "Leave region out"},
		"cancelled":           {&s3bucket.InterruptedError{Bucket: "videos", Deleted: 7, Err: context.Canceled}, "It was cancelled. At least 7 versions"},
		"too slow":            {&s3bucket.InterruptedError{Bucket: "videos", Err: context.DeadlineExceeded}, "Raise the timeout"},
		"locked":              {&s3bucket.EmptyError{Bucket: "videos", Locked: 1}, "S3 Object Lock"},
		"denied":              {&s3bucket.EmptyError{Bucket: "videos", Denied: 1}, "s3:DeleteObjectVersion"},
		"not deleted":         {&s3bucket.EmptyError{Bucket: "videos", Failed: 1}, "however often it was asked"},
		"not empty":           {&s3bucket.NotEmptyError{Bucket: "videos", Err: server}, "force_destroy"},
		"filled again":        {&s3bucket.NotEmptyError{Bucket: "videos", Emptied: true, Err: server}, "Stop what writes to it"},
		"source unversioned":  {&s3bucket.UnversionedError{Source: "videos", Buckets: []string{"videos"}, Err: server}, "not enabled on the source videos"},
		"one of two":          {&s3bucket.UnversionedError{Source: "videos", Buckets: []string{"a", "b"}, Err: server}, "not enabled on the destination a or b"},
		"no destination":      {&s3bucket.NoDestinationError{Source: "videos", Buckets: []string{"backup"}, Err: server}, "goes to backup, which does not exist"},
		"role not passed":     {&s3bucket.ReplicationRoleError{Source: "videos", Role: role, Denied: true, Err: server}, "iam:PassRole on the role " + role},
		"role not to be used": {&s3bucket.ReplicationRoleError{Source: "videos", Role: role, Err: server}, "its trust policy allows sts:AssumeRole"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Remedy(fmt.Errorf("wrapped: %w", tt.err)); !strings.Contains(got, tt.want) {
				t.Errorf("got the remedy %q, want %q in it", got, tt.want)
			}
		})
	}
}
