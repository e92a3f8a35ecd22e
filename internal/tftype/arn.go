package tftype

import (
	"fmt"
	"strings"

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
