package tftype

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)

// ServicePrincipal accepts names of AWS services in policies.
func ServicePrincipal() validator.String {
	return rule{
		summary: "Invalid service principal",
		wants:   `It must be the name of an AWS service as policies have it, such as "ec2.amazonaws.com".`,
		check: func(name string) string {
			if !servicePrincipal.MatchString(name) {
				return "it is not the name of a service"
			}
			return ""
		},
	}
}
