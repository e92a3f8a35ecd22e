package iamapi

import (
	"slices"
	"strings"
)

// maxAttached is IAM's default quota of managed policies for a user or role.
const maxAttached = 10

var quotaOfAttached = map[string]string{"user": "PoliciesPerUser", "role": "PoliciesPerRole"}

var attachmentOperations = map[string]operation{
	"iam:AttachUserPolicy":         {params: "UserName! PolicyArn!", on: onUser, do: withEntity(theUser, attachPolicy)},
	"iam:DetachUserPolicy":         {params: "UserName! PolicyArn!", on: onUser, do: withEntity(theUser, detachPolicy)},
	"iam:ListAttachedUserPolicies": {params: "UserName! PathPrefix Marker MaxItems", on: onUser, do: withEntity(theUser, listAttached)},

	"iam:AttachRolePolicy":         {params: "RoleName! PolicyArn!", on: onRole, do: withEntity(theRole, attachPolicy)},
	"iam:DetachRolePolicy":         {params: "RoleName! PolicyArn!", on: onRole, do: withEntity(theRole, detachPolicy)},
	"iam:ListAttachedRolePolicies": {params: "RoleName! PathPrefix Marker MaxItems", on: onRole, do: withEntity(theRole, listAttached)},
}

func attachPolicy(c *call, e *entity) (any, error) {
	arn := c.get("PolicyArn")
	switch {
	case c.s.policies[arn] == nil:
		return nil, noSuchEntity("Policy %s does not exist or is not attachable.", arn)
	case slices.Contains(e.attached, arn):
		return nil, nil
	case len(e.attached) >= maxAttached:
		return nil, limitExceeded("Cannot exceed quota for %s: %d", quotaOfAttached[e.kind], maxAttached)
	}
	e.attached = append(e.attached, arn)
	return nil, nil
}

func detachPolicy(c *call, e *entity) (any, error) {
	i := slices.Index(e.attached, c.get("PolicyArn"))
	if i < 0 {
		return nil, noSuchEntity("Policy %s was not found.", c.get("PolicyArn"))
	}
	e.attached = slices.Delete(e.attached, i, i+1)
	return nil, nil
}

func listAttached(c *call, e *entity) (any, error) {
	type attached struct{ PolicyName, PolicyArn string }
	var found []attached
	for _, arn := range e.attached {
		if p := c.s.policies[arn]; strings.HasPrefix(p.path, c.get("PathPrefix")) {
			found = append(found, attached{p.name, arn})
		}
	}
	shown, p, err := paginate(c, found, func(a attached) string { return a.PolicyArn })
	return struct {
		AttachedPolicies list[attached]
		page
	}{list[attached]{shown}, p}, err
}
