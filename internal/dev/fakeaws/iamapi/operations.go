package iamapi

import "maps"

// operation is one call of IAM or STS.
type operation struct {
	// params names the parameters, those that are required with a "!".
	params string

	// on is the ARN that the caller needs the permission for; nil when the
	// operation sees to that itself, or is open to everybody.
	on func(*call) string

	// do gives the result to encode, nil for an answer without one.
	do func(*call) (any, error)

	anonymous bool // needs no credentials
}

// operations are by service and name, such as "iam:CreateUser".
var operations = merge(
	userOperations, userLeftoverOperations, accessKeyOperations,
	roleOperations, instanceProfileOperations,
	inlinePolicyOperations, attachmentOperations, boundaryOperations,
	managedPolicyOperations, policyVersionOperations,
	oidcProviderOperations, accountOperations,
	callerOperations, assumeRoleOperations, webIdentityOperations,
)

func merge(groups ...map[string]operation) map[string]operation {
	all := map[string]operation{}
	for _, group := range groups {
		maps.Copy(all, group)
	}
	return all
}

// none is the result of operations that answer with an empty element.
type none struct{}

// anything is the resource of actions that have none.
func anything(*call) string { return "*" }

// under makes the resource of a listing: the ARN with the path prefix.
func under(kind string) func(*call) string {
	return func(c *call) string {
		prefix := c.get("PathPrefix")
		if prefix == "" {
			prefix = "/"
		}
		return c.s.arn(kind + prefix)
	}
}
