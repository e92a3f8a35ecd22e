package iamapi

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

type inlinePolicy struct {
	document string
	parsed   *authz.Policy
}

// maxInline is the most that the inline policies of an entity may hold in all.
var maxInline = map[string]int{"user": 2048, "role": 10240}

var inlinePolicyOperations = map[string]operation{
	"iam:PutUserPolicy":    {params: "UserName! PolicyName! PolicyDocument!", on: onUser, do: withEntity(theUser, putInlinePolicy)},
	"iam:GetUserPolicy":    {params: "UserName! PolicyName!", on: onUser, do: withEntity(theUser, getInlinePolicy)},
	"iam:DeleteUserPolicy": {params: "UserName! PolicyName!", on: onUser, do: withEntity(theUser, deleteInlinePolicy)},
	"iam:ListUserPolicies": {params: "UserName! Marker MaxItems", on: onUser, do: withEntity(theUser, listInlinePolicies)},

	"iam:PutRolePolicy":    {params: "RoleName! PolicyName! PolicyDocument!", on: onRole, do: withEntity(theRole, putInlinePolicy)},
	"iam:GetRolePolicy":    {params: "RoleName! PolicyName!", on: onRole, do: withEntity(theRole, getInlinePolicy)},
	"iam:DeleteRolePolicy": {params: "RoleName! PolicyName!", on: onRole, do: withEntity(theRole, deleteInlinePolicy)},
	"iam:ListRolePolicies": {params: "RoleName! Marker MaxItems", on: onRole, do: withEntity(theRole, listInlinePolicies)},
}

func putInlinePolicy(c *call, e *entity) (any, error) {
	name, document := c.get("PolicyName"), c.get("PolicyDocument")
	parsed, err := authz.ParseIdentity(document)
	if err != nil {
		return nil, err
	}
	size := policySize(document)
	for other, p := range e.inline {
		if other != name {
			size += policySize(p.document)
		}
	}
	if limit := maxInline[e.kind]; size > limit {
		return nil, limitExceeded("Maximum policy size of %d bytes exceeded for %s %s", limit, e.kind, e.name)
	}
	e.inline[name] = inlinePolicy{document, parsed}
	return nil, nil
}

func getInlinePolicy(c *call, e *entity) (any, error) {
	name := c.get("PolicyName")
	p, ok := e.inline[name]
	if !ok {
		return nil, noInlinePolicy(e, name)
	}
	result := struct {
		UserName       string `xml:",omitempty"`
		RoleName       string `xml:",omitempty"`
		PolicyName     string
		PolicyDocument string
	}{PolicyName: name, PolicyDocument: encodeDocument(p.document)}
	if e.kind == "user" {
		result.UserName = e.name
	} else {
		result.RoleName = e.name
	}
	return result, nil
}

func deleteInlinePolicy(c *call, e *entity) (any, error) {
	name := c.get("PolicyName")
	if _, ok := e.inline[name]; !ok {
		return nil, noInlinePolicy(e, name)
	}
	delete(e.inline, name)
	return nil, nil
}

func listInlinePolicies(c *call, e *entity) (any, error) {
	names, p, err := paginate(c, slices.Collect(maps.Keys(e.inline)), func(name string) string { return name })
	return struct {
		PolicyNames list[string]
		page
	}{list[string]{names}, p}, err
}

func noInlinePolicy(e *entity, name string) error {
	return noSuchEntity("The %s policy with name %s cannot be found.", e.kind, name)
}

// policySize is the number of characters that count: white space does not.
func policySize(document string) int {
	n := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

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
