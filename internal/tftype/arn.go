package tftype

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ARN accepts the ARNs of a service whose resource part begins as given; "" for
// resource accepts every one.
func ARN(service, resource string) validator.String {
	return rule{
		summary: "Invalid ARN",
		wants:   fmt.Sprintf(`It must be an ARN like "%s".`, exampleARN(service, resource)),
		check: func(value string) string {
			parsed, err := arn.Parse(value)
			switch {
			case err != nil:
				return "it is not an ARN"
			case parsed.Service != service:
				return "it is an ARN of " + parsed.Service
			case !strings.HasPrefix(parsed.Resource, resource) || parsed.Resource == resource:
				return "it is the ARN of something else"
			}
			return ""
		},
	}
}

func exampleARN(service, resource string) string {
	switch {
	case service == "iam":
		return "arn:aws:iam::123456789012:" + resource + "example"
	case service == "s3" && resource == "": // a bucket
		return "arn:aws:s3:::example"
	}
	return "arn:aws:" + service + ":us-east-1:123456789012:" + resource + "example"
}

// KMSKey accepts what S3 takes for a KMS key: the ARN or the ID of a key, and the ARN
// or the name of an alias. Other servers have names of their own for keys.
func KMSKey() validator.String {
	return rule{
		summary: "Invalid KMS key",
		wants:   `It must be the ARN of a key like "arn:aws:kms:us-east-1:123456789012:key/example", a key ID, or an alias such as "alias/videos".`,
		check: func(value string) string {
			parsed, err := arn.Parse(value)
			switch {
			case value == "":
				return "it is empty"
			case strings.ContainsFunc(value, unicode.IsSpace):
				return "it contains a space"
			case value == "alias/":
				return "the alias has no name"
			case err != nil && strings.HasPrefix(value, "arn:"):
				return "it is not a whole ARN"
			case err == nil && parsed.Service != "kms":
				return "it is an ARN of " + parsed.Service
			case err == nil && !namesKey(parsed.Resource):
				return "it is the ARN of something else"
			}
			return ""
		},
	}
}

func namesKey(resource string) bool {
	kind, name, _ := strings.Cut(resource, "/")
	return (kind == "key" || kind == "alias") && name != ""
}

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
