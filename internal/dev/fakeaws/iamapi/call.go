package iamapi

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
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

// Response is an answer of the query protocol: an HTTP status and an XML body.
type Response struct {
	Status int
	Body   []byte
}

var namespaces = map[string]string{
	"iam": "https://iam.amazonaws.com/doc/2010-05-08/",
	"sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}

// respond wraps the result of an operation; one without a result has none.
func respond(service, operation string, result any, requestID string) Response {
	var b bytes.Buffer
	b.WriteString("<" + operation + `Response xmlns="` + namespaces[service] + `">`)
	if result != nil {
		e := xml.NewEncoder(&b)
		if err := e.EncodeElement(result, xml.StartElement{Name: xml.Name{Local: operation + "Result"}}); err != nil {
			return refuse(service, asAPIError(err), requestID)
		}
	}
	b.WriteString("<ResponseMetadata><RequestId>" + requestID + "</RequestId></ResponseMetadata></" + operation + "Response>")
	return Response{http.StatusOK, b.Bytes()}
}

func refuse(service string, e *apiError, requestID string) Response {
	kind := "Sender"
	if e.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	var b bytes.Buffer
	b.WriteString(`<ErrorResponse xmlns="` + namespaces[service] + `"><Error><Type>` + kind + "</Type><Code>" + e.code + "</Code><Message>")
	_ = xml.EscapeText(&b, []byte(e.message)) // a bytes.Buffer takes everything
	b.WriteString("</Message></Error><RequestId>" + requestID + "</RequestId></ErrorResponse>")
	return Response{e.status, b.Bytes()}
}

// list is encoded as member elements; an empty one still shows itself.
type list[T any] struct {
	Members []T `xml:"member"`
}

// timestamp is encoded to the second.
type timestamp time.Time

// MarshalText implements encoding.TextMarshaler.
func (t timestamp) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format("2006-01-02T15:04:05Z")), nil
}

// encodeDocument encodes a policy document as answers carry it (RFC 3986).
func encodeDocument(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// apiError is a refusal as AWS words it.
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func fail(status int, code, format string, args ...any) *apiError {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

func noSuchEntity(format string, args ...any) *apiError {
	return fail(http.StatusNotFound, "NoSuchEntity", format, args...)
}

func alreadyExists(format string, args ...any) *apiError {
	return fail(http.StatusConflict, "EntityAlreadyExists", format, args...)
}

func deleteConflict(message string) *apiError {
	return fail(http.StatusConflict, "DeleteConflict", "%s", message)
}

func limitExceeded(format string, args ...any) *apiError {
	return fail(http.StatusConflict, "LimitExceeded", format, args...)
}

func invalid(format string, args ...any) *apiError {
	return fail(http.StatusBadRequest, "ValidationError", format, args...)
}

func invalidInput(format string, args ...any) *apiError {
	return fail(http.StatusBadRequest, "InvalidInput", format, args...)
}

func accessDenied(format string, args ...any) *apiError {
	return fail(http.StatusForbidden, "AccessDenied", format, args...)
}

// notImplemented names what is lacking, so that a test log tells at once.
func notImplemented(what string) *apiError {
	return fail(http.StatusNotImplemented, "NotImplemented", "fakeaws does not implement %s.", what)
}

// asAPIError turns any error of an operation into a refusal.
func asAPIError(err error) *apiError {
	var api *apiError
	if errors.As(err, &api) {
		return api
	}
	var policy *authz.Error
	if errors.As(err, &policy) {
		return fail(http.StatusBadRequest, policy.Code, "%s", policy.Message)
	}
	return fail(http.StatusInternalServerError, "ServiceFailure", "The request processing has failed because of an unknown error: %s", err)
}
