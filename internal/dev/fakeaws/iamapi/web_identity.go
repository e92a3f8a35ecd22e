package iamapi

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

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
