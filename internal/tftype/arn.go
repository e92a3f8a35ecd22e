package tftype

import (
	"fmt"
	"regexp"
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
			case isGlobal(service) && parsed.Region != "":
				return "it has a region, and " + service + " has none, so it matches nothing"
			}
			return ""
		},
	}
}

// isGlobal tells services whose ARNs have no region.
func isGlobal(service string) bool { return service == "iam" || service == "cloudfront" }

// DistributionARN accepts the ARNs of CloudFront distributions as requests of
// CloudFront carry them: a bucket policy compares them as they are.
func DistributionARN() validator.String {
	return rule{
		summary: "Invalid distribution ARN",
		wants:   `It must be the ARN of one distribution, like "arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE", such as aws_cloudfront_distribution has as arn.`,
		check: func(value string) string {
			parsed, err := arn.Parse(value)
			id, isDistribution := strings.CutPrefix(parsed.Resource, "distribution/")
			switch {
			case err != nil:
				return "it is not an ARN"
			case parsed.Service != "cloudfront":
				return "it is an ARN of " + parsed.Service
			case strings.ContainsAny(value, "*?"):
				return "it has a wildcard, which is compared as it is and matches nothing"
			case !isDistribution || id == "":
				return "it is the ARN of something else"
			case parsed.Region != "":
				return "it has a region, and CloudFront has none, so it matches nothing"
			case !account.MatchString(parsed.AccountID):
				return "it has no account, so it matches nothing"
			case !distributionID.MatchString(id):
				return fmt.Sprintf("%q is not the ID of a distribution", id)
			}
			return ""
		},
	}
}

var (
	account        = regexp.MustCompile(`^\d{12}$`)
	distributionID = regexp.MustCompile(`^[0-9A-Z]+$`)
)

// KMSKeyARN accepts the ARNs of keys as policies grant them, patterns of keys
// included. A policy does not look up aliases.
func KMSKeyARN() validator.String {
	return rule{
		summary: "Invalid KMS key ARN",
		wants:   `It must be the ARN of a key, like "arn:aws:kms:us-east-1:123456789012:key/example". For an alias, give target_key_arn of data.aws_kms_alias.`,
		check: func(value string) string {
			parsed, err := arn.Parse(value)
			kind, name, _ := strings.Cut(parsed.Resource, "/")
			switch {
			case strings.HasPrefix(value, "alias/"), err == nil && parsed.Service == "kms" && kind == "alias":
				return "it is an alias, and a policy that names one grants nothing"
			case err != nil:
				return "it is not an ARN"
			case parsed.Service != "kms":
				return "it is an ARN of " + parsed.Service
			case parsed.Resource == "*":
			case kind != "key" || name == "":
				return "it is the ARN of something else"
			}
			switch {
			case parsed.Region == "":
				return "it has no region, so it matches no key"
			case !account.MatchString(parsed.AccountID) && !strings.ContainsAny(parsed.AccountID, "*?$"):
				return "it has no account, so it matches no key"
			}
			return ""
		},
	}
}

func exampleARN(service, resource string) string {
	switch {
	case isGlobal(service):
		return "arn:aws:" + service + "::123456789012:" + resource + "example"
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
