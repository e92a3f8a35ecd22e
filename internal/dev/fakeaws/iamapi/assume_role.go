package iamapi

import (
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

var assumeRoleOperations = map[string]operation{
	"sts:AssumeRole": {
		params: "RoleArn! RoleSessionName! DurationSeconds ExternalId Policy PolicyArns Tags",
		do:     assumeRole,
	},
}

type assumedRoleUser struct {
	AssumedRoleID string `xml:"AssumedRoleId"`
	Arn           string
}

// assumeRole takes the trust of the role, and the permission of the caller
// where the role trusts his account rather than himself.
func assumeRole(c *call) (any, error) {
	if c.principal.Root {
		return nil, accessDenied("Roles may not be assumed by root accounts.")
	}
	r := c.s.roleByARN(c.get("RoleArn"))
	actions := []string{"sts:AssumeRole"}
	if len(c.rawTags()) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	for _, action := range actions {
		if err := c.mayAssume(r, action); err != nil {
			return nil, err
		}
	}
	lasting := c.duration(time.Hour)
	if c.principal.RoleARN() != "" && lasting > time.Hour {
		return nil, invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	}
	return c.session(r, lasting)
}

// mayAssume answers the same for a role that does not exist.
func (c *call) mayAssume(r *role, action string) error {
	arn := c.get("RoleArn")
	if r == nil {
		return c.denied(action, arn, authz.ImplicitDeny)
	}
	request := authz.Request{
		Principal:     c.principal,
		Action:        action,
		Resource:      arn,
		ResourceOwner: c.s.account,
		Context:       c.conditionKeys(),
	}
	decision := authz.Decide(request, c.policies, r.trust.parsed)
	if decision != authz.Allow || !r.trust.parsed.Grants(request) {
		return c.denied(action, arn, decision)
	}
	return nil
}

type sessionResult struct {
	Credentials      credentialsXML
	AssumedRoleUser  assumedRoleUser
	PackedPolicySize int `xml:",omitempty"` // percent

	// These are for web identities only.
	SubjectFromWebIdentityToken string `xml:",omitempty"`
	Provider                    string `xml:",omitempty"`
	Audience                    string `xml:",omitempty"`
}

// session starts a session of the role.
func (c *call) session(r *role, lasting time.Duration) (sessionResult, error) {
	if lasting > r.maxSession {
		return sessionResult{}, invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	limits, err := c.sessionLimits()
	if err != nil {
		return sessionResult{}, err
	}
	tags, err := c.tags()
	if err != nil {
		return sessionResult{}, err
	}
	p := c.s.sessionOf(r, c.get("RoleSessionName"))
	k := c.startSession(p, lasting, limits, tags)
	return sessionResult{
		Credentials:      k.shown(),
		AssumedRoleUser:  assumedRoleUser{p.UserID, p.ARN},
		PackedPolicySize: (policySize(c.get("Policy"))*100 + 2047) / 2048,
	}, nil
}
