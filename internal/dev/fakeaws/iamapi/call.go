package iamapi

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// call is one request on its way through the service.
type call struct {
	s         *Service // whose entities are worked on
	principal authz.Principal
	policies  []*authz.Policy     // the principal's own
	who       map[string][]string // the condition keys about the principal
	form      url.Values
	now       time.Time
}

// Do carries out a call of IAM or STS, whose signature was found right: service
// is "iam" or "sts", form the parameters with Action and Version, and
// requestID what the answer shall be known by. It also gives the name of the
// operation, for a log.
func (s *Service) Do(_ context.Context, principal authz.Principal, service string, form url.Values, requestID string) (Response, string) {
	name := form.Get("Action")
	result, err := s.do(principal, service, name, form)
	if err != nil {
		return refuse(service, asAPIError(err), requestID), name
	}
	return respond(service, name, result, requestID), name
}

func (s *Service) do(principal authz.Principal, service, name string, form url.Values) (any, error) {
	if version := form.Get("Version"); !strings.Contains(namespaces[service], "/"+version+"/") {
		return nil, fail(http.StatusBadRequest, "InvalidAction", "Could not find operation %s for version %s", name, version)
	}
	op, ok := operations[service+":"+name]
	if !ok {
		return nil, notImplemented("the operation " + service + ":" + name)
	}
	if principal.Anonymous && !op.anonymous {
		return nil, fail(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	if service == "iam" && isUserSession(principal) {
		// Without MFA, which fakeaws lacks, such a session may not use IAM.
		return nil, fail(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid")
	}
	c := s.newCall(principal, form)
	if err := c.checkParameters(name, op.params); err != nil {
		return nil, err
	}
	if name == "AssumeRole" {
		owner := s.ownerOf(c.get("RoleArn"))
		if owner == nil {
			return nil, c.denied("sts:AssumeRole", c.get("RoleArn"), authz.ImplicitDeny)
		}
		c.s = owner
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if op.on != nil {
		if err := c.authorize(service+":"+name, op.on(c), nil); err != nil {
			return nil, err
		}
	}
	return op.do(c)
}

func (s *Service) newCall(p authz.Principal, form url.Values) *call {
	return &call{s: s, principal: p, policies: s.PoliciesOf(p), who: s.PrincipalKeys(p), form: form, now: s.clock()}
}

func (c *call) get(name string) string { return c.form.Get(name) }

// strings are the values of a list, "Name.member.1" and so on.
func (c *call) strings(name string) []string {
	var out []string
	for i := 1; ; i++ {
		key := name + ".member." + strconv.Itoa(i)
		if !c.form.Has(key) {
			return out
		}
		out = append(out, c.form.Get(key))
	}
}

// authorize asks whether the caller may do action on the resource of this
// account.
func (c *call) authorize(action, resource string, extra map[string][]string) error {
	context := c.conditionKeys()
	maps.Copy(context, extra)
	decision := authz.Decide(authz.Request{
		Principal:     c.principal,
		Action:        action,
		Resource:      resource,
		ResourceOwner: c.s.account,
		Context:       context,
	}, c.policies, nil)
	if decision == authz.Allow {
		return nil
	}
	return c.denied(action, resource, decision)
}

func (c *call) denied(action, resource string, decision authz.Decision) error {
	why := " because no identity-based policy allows the " + action + " action"
	if decision == authz.ExplicitDeny {
		why = " with an explicit deny in an identity-based policy"
	}
	if strings.HasPrefix(action, "sts:") {
		why = ""
	}
	return accessDenied("User: %s is not authorized to perform: %s on resource: %s%s", c.principal.ARN, action, resource, why)
}

// conditionKeys are the condition keys of the request, in lower case.
func (c *call) conditionKeys() map[string][]string {
	keys := map[string][]string{
		"aws:securetransport": {"true"}, // signed requests count as such, see package fakeaws
		"aws:currenttime":     {c.now.UTC().Format(time.RFC3339)},
		"aws:epochtime":       {strconv.FormatInt(c.now.Unix(), 10)},
		"aws:resourceaccount": {c.s.account},
	}
	maps.Copy(keys, c.who)
	for parameter, key := range map[string]string{
		"PermissionsBoundary": "iam:permissionsboundary",
		"PolicyArn":           "iam:policyarn",
		"ExternalId":          "sts:externalid",
		"RoleSessionName":     "sts:rolesessionname",
	} {
		if value := c.get(parameter); value != "" {
			keys[key] = []string{value}
		}
	}
	c.requestTagKeys(keys)
	return keys
}
