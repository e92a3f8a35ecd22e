package provider

import (
	"fmt"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// logTargetError says that S3 refuses a bucket as the target of another's access
// logs.
type logTargetError struct {
	bucket, bucketARN, target string
	err                       error // the server's answer
}

func refusedLogTarget(err error) bool {
	return awserr.Is(err, "InvalidTargetBucketForLogging", "CrossLocationLoggingProhibited")
}

// Error implements error.
func (e *logTargetError) Error() string {
	return fmt.Sprintf("the bucket %s cannot take the access logs of %s: %v", e.target, e.bucket, e.err)
}

// Unwrap gives the server's answer.
func (e *logTargetError) Unwrap() error { return e.err }

// Remedy implements awsdiag.Remedied. S3 has one code for several reasons, so it
// goes by the message.
func (e *logTargetError) Remedy() string {
	message := awserr.Message(e.err)
	switch {
	case awserr.Is(e.err, "CrossLocationLoggingProhibited"):
		return fmt.Sprintf("The bucket %s is in another region than %s. S3 delivers access logs within a region only: name a target_bucket in the same region.", e.target, e.bucket)
	case strings.Contains(message, "does not exist"):
		return fmt.Sprintf("The access logs of %[1]s cannot go to %[2]s: there is no bucket %[2]s. Make it before, or name another target_bucket.", e.bucket, e.target)
	case strings.Contains(message, "permission"):
		return fmt.Sprintf("The log service of S3 may not put the access logs of %[1]s into %[2]s. Let it with\n\n"+
			"  access_log_source_arns = [%[3]q]\n\n"+
			"in the fovea_bucket_policy of the bucket %[2]s, and set target_bucket to the bucket of that policy, so that Terraform makes the policy first.", e.bucket, e.target, e.bucketARN)
	}
	return fmt.Sprintf("The access logs of %s cannot go to %s. The target must be another bucket, of the same account and in the same region.", e.bucket, e.target)
}
