package tftype

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// BucketARN accepts the ARNs of buckets, and not those of objects or access
// points.
func BucketARN() validator.String {
	return rule{
		summary: "Invalid bucket ARN",
		wants:   `It must be the ARN of a bucket, such as "arn:aws:s3:::example".`,
		check: func(value string) string {
			parsed, err := arn.Parse(value)
			switch {
			case err != nil && !strings.Contains(value, ":"):
				return "it is not an ARN, but perhaps the name of a bucket"
			case err != nil:
				return "it is not an ARN"
			case parsed.Service != "s3":
				return "it is an ARN of " + parsed.Service
			case strings.Contains(parsed.Resource, "/"):
				return "it is the ARN of objects"
			case parsed.Region != "" || parsed.AccountID != "" || parsed.Resource == "" || strings.ContainsAny(parsed.Resource, ":*?"):
				return "it is the ARN of something else than a bucket"
			}
			return ""
		},
	}
}
