package iamapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

var webIdentityOperations = map[string]operation{
	"sts:AssumeRoleWithWebIdentity": {
		params:    "RoleArn! RoleSessionName! WebIdentityToken! DurationSeconds Policy PolicyArns",
		do:        assumeRoleWithWebIdentity,
		anonymous: true,
	},
}

// assumeRoleWithWebIdentity needs no credentials: the token stands for them.
func assumeRoleWithWebIdentity(c *call) (any, error) {
	claims, err := parseToken(c.get("WebIdentityToken"))
	if err != nil {
		return nil, fail(http.StatusBadRequest, "InvalidIdentityToken", "The ID Token provided is not a valid JWT. (%s)", err)
	}
	address := strings.TrimPrefix(claims.Issuer, "https://")
	arn := c.s.arn("oidc-provider/" + address)
	provider := c.s.providers[arn]
	if provider == nil {
		return nil, fail(http.StatusBadRequest, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for %s", claims.Issuer)
	}
	if expiry := time.Unix(claims.Expiry, 0); !c.now.Before(expiry) {
		return nil, fail(http.StatusBadRequest, "ExpiredTokenException", "Token expired: current date/time %d must be before the expiration date/time %d", c.now.Unix(), claims.Expiry)
	}
	i := slices.IndexFunc(claims.Audience, func(a string) bool { return slices.Contains(provider.clientIDs, a) })
	if i < 0 {
		return nil, fail(http.StatusBadRequest, "InvalidIdentityToken", "Incorrect token audience")
	}
	r := c.s.roleByARN(c.get("RoleArn"))
	prefix := strings.ToLower(address)
	if r == nil || !r.trust.parsed.Grants(authz.Request{
		Principal:     authz.Principal{Federated: arn},
		Action:        "sts:AssumeRoleWithWebIdentity",
		Resource:      c.get("RoleArn"),
		ResourceOwner: c.s.account,
		Context: map[string][]string{
			prefix + ":aud":         {claims.Audience[i]},
			prefix + ":sub":         {claims.Subject},
			"aws:federatedprovider": {arn},
			"sts:rolesessionname":   {c.get("RoleSessionName")},
		},
	}) {
		return nil, accessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
	}
	result, err := c.session(r, c.duration(time.Hour))
	if err != nil {
		return nil, err
	}
	result.SubjectFromWebIdentityToken = claims.Subject
	result.Provider = arn
	result.Audience = claims.Audience[i]
	return result, nil
}

// The operations of STS on the caller himself.
var callerOperations = map[string]operation{
	"sts:GetCallerIdentity": {do: getCallerIdentity},
	"sts:GetSessionToken":   {params: "DurationSeconds", do: getSessionToken},
}

func getCallerIdentity(c *call) (any, error) {
	return struct {
		Arn     string
		UserID  string `xml:"UserId"`
		Account string
	}{c.principal.ARN, c.principal.UserID, c.principal.AccountID}, nil
}

// getSessionToken needs no permission. Root's sessions are short.
func getSessionToken(c *call) (any, error) {
	if c.principal.Session != "" {
		return nil, accessDenied("Cannot call GetSessionToken with session credentials")
	}
	lasting := c.duration(12 * time.Hour)
	if c.principal.Root {
		lasting = min(lasting, time.Hour)
	}
	k := c.startSession(c.principal, lasting, nil, nil)
	return struct{ Credentials credentialsXML }{k.shown()}, nil
}

// credentialsXML are temporary credentials.
type credentialsXML struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      timestamp
}

// startSession makes temporary credentials for a principal of the account that
// the call works on.
func (c *call) startSession(p authz.Principal, lasting time.Duration, limits []*authz.Policy, tags []tag) Key {
	p.Session = newKeyID("ASIA")
	k := Key{
		AccessKeyID:  p.Session,
		Secret:       newSecret(),
		SessionToken: newSessionToken(),
		Active:       true,
		Expires:      c.now.Add(lasting).Truncate(time.Second), // what the answer can express
		Principal:    p,
		limits:       limits,
		tags:         tags,
	}
	c.s.keys.put(k)
	return k
}

func (k Key) shown() credentialsXML {
	return credentialsXML{k.AccessKeyID, k.Secret, k.SessionToken, timestamp(k.Expires)}
}

// sessionLimits are the session policies of a request.
func (c *call) sessionLimits() ([]*authz.Policy, error) {
	var policies []*authz.Policy
	if document := c.get("Policy"); document != "" {
		p, err := authz.ParseIdentity(document)
		if err != nil {
			return nil, err
		}
		policies = append(policies, p)
	}
	for i := 1; ; i++ {
		name := "PolicyArns.member." + strconv.Itoa(i) + ".arn"
		if !c.form.Has(name) {
			break
		}
		p := c.s.policies[c.get(name)]
		if p == nil {
			return nil, invalid("Policy %s does not exist or is not attachable.", c.get(name))
		}
		policies = append(policies, p.current().parsed)
	}
	if len(policies) == 0 {
		return nil, nil
	}
	return []*authz.Policy{authz.Limit(policies...)}, nil
}

// duration is that of a request, or the default.
func (c *call) duration(standard time.Duration) time.Duration {
	seconds, err := strconv.Atoi(c.get("DurationSeconds"))
	if err != nil {
		return standard // not given: what is given was found to be a number
	}
	return time.Duration(seconds) * time.Second
}

// claims are those of a JSON Web Token that IAM looks at.
type claims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Expiry   int64    `json:"exp"` // seconds since 1970
}

// audience is a string or a list of them.
type audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// parseToken does not verify the signature.
func parseToken(token string) (claims, error) {
	var c claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, errors.New("a token has three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return c, errors.New("the payload is not base64url")
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return c, errors.New("the payload is not a JSON object of claims")
	}
	if c.Issuer == "" || c.Subject == "" || len(c.Audience) == 0 || c.Expiry == 0 {
		return c, errors.New("iss, sub, aud and exp are required")
	}
	return c, nil
}
