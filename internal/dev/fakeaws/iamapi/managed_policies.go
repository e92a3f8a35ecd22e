package iamapi

import (
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

const maxManaged = 6144

type managedPolicy struct {
	name, path, id, arn string
	description         string
	created, updated    time.Time
	tags                []tag
	versions            []*policyVersion // oldest first
	defaultVersion      string
	numbered            int // of versions ever made
}

var managedPolicyOperations = map[string]operation{
	"iam:CreatePolicy":   {params: "PolicyName! PolicyDocument! Path Description Tags", on: newPolicy, do: createPolicy},
	"iam:GetPolicy":      {params: "PolicyArn!", on: onPolicy, do: getPolicy},
	"iam:ListPolicies":   {params: "Scope OnlyAttached PathPrefix PolicyUsageFilter Marker MaxItems", on: under("policy"), do: listPolicies},
	"iam:DeletePolicy":   {params: "PolicyArn!", on: onPolicy, do: deletePolicy},
	"iam:TagPolicy":      {params: "PolicyArn! Tags!", on: onPolicy, do: tagPolicy},
	"iam:UntagPolicy":    {params: "PolicyArn! TagKeys!", on: onPolicy, do: untagPolicy},
	"iam:ListPolicyTags": {params: "PolicyArn! Marker MaxItems", on: onPolicy, do: listPolicyTags},
}

func onPolicy(c *call) string { return c.get("PolicyArn") }

func newPolicy(c *call) string { return c.s.arn("policy" + c.path() + c.get("PolicyName")) }

func (c *call) policy() (*managedPolicy, error) {
	arn := c.get("PolicyArn")
	if p := c.s.policies[arn]; p != nil {
		return p, nil
	}
	return nil, noSuchEntity("Policy %s was not found.", arn)
}

// ownPolicy refuses those of AWS, which nobody can change.
func (c *call) ownPolicy() (*managedPolicy, error) {
	p, err := c.policy()
	if err == nil && p.byAWS() {
		return nil, invalidInput("Policy is outside your own account.")
	}
	return p, err
}

func (p *managedPolicy) byAWS() bool { return accountOf(p.arn) == "aws" }

func createPolicy(c *call) (any, error) {
	name := c.get("PolicyName")
	for _, p := range c.s.policies {
		if !p.byAWS() && strings.EqualFold(p.name, name) {
			return nil, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
		}
	}
	tags, err := c.createTags("iam:TagPolicy", newPolicy(c))
	if err != nil {
		return nil, err
	}
	p := &managedPolicy{
		name:        name,
		path:        c.path(),
		id:          newUniqueID("ANPA"),
		arn:         newPolicy(c),
		description: c.get("Description"),
		created:     c.now,
		tags:        tags,
	}
	if _, err := p.addVersion(c.get("PolicyDocument"), true, c.now); err != nil {
		return nil, err
	}
	c.s.policies[p.arn] = p
	return policyResult{c.s.fullPolicy(p)}, nil
}

func getPolicy(c *call) (any, error) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	return policyResult{c.s.fullPolicy(p)}, nil
}

func listPolicies(c *call) (any, error) {
	var found []*managedPolicy
	for _, p := range c.s.policies {
		attached, bounds := c.s.uses(p)
		switch {
		case !strings.HasPrefix(p.path, c.get("PathPrefix")),
			c.get("Scope") == "AWS" && !p.byAWS(),
			c.get("Scope") == "Local" && p.byAWS(),
			c.get("OnlyAttached") == "true" && attached == 0,
			c.get("PolicyUsageFilter") == "PermissionsPolicy" && attached == 0,
			c.get("PolicyUsageFilter") == "PermissionsBoundary" && bounds == 0:
			continue
		}
		found = append(found, p)
	}
	shown, end, err := paginate(c, found, func(p *managedPolicy) string { return p.arn })
	result := struct {
		Policies list[policyXML]
		page
	}{page: end}
	for _, p := range shown {
		result.Policies.Members = append(result.Policies.Members, c.s.briefPolicy(p))
	}
	return result, err
}

func deletePolicy(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	if attached, bounds := c.s.uses(p); attached+bounds > 0 {
		return nil, deleteConflict("Cannot delete a policy attached to entities.")
	}
	if len(p.versions) > 1 {
		return nil, deleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	delete(c.s.policies, p.arn)
	return nil, nil
}

func tagPolicy(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	return c.addTags(&p.tags)
}

func untagPolicy(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	return c.removeTags(&p.tags)
}

func listPolicyTags(c *call) (any, error) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	return c.listTags(p.tags)
}

// uses counts the users and roles that a policy is attached to, and those that
// it bounds.
func (s *Service) uses(p *managedPolicy) (attached, bounds int) {
	count := func(e *entity) {
		if slices.Contains(e.attached, p.arn) {
			attached++
		}
		if e.boundary == p.arn {
			bounds++
		}
	}
	for _, u := range s.users {
		count(&u.entity)
	}
	for _, r := range s.roles {
		count(&r.entity)
	}
	return attached, bounds
}

// parseManaged checks a document against what managed policies are allowed.
func parseManaged(document string) (*authz.Policy, error) {
	parsed, err := authz.ParseIdentity(document)
	if err != nil {
		return nil, err
	}
	if policySize(document) > maxManaged {
		return nil, limitExceeded("Cannot exceed quota for PolicySize: %d", maxManaged)
	}
	return parsed, nil
}
