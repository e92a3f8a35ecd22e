package s3api

import (
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// authorize asks whether the caller may do action on the resource; the
// refusal names both, as AWS does. The bucket's own policy takes part when
// the resource lies in the request's bucket.
func (c *Call) authorize(action, resource string) error {
	if action == c.op.action && c.op.versionAction != "" && c.query.Has("versionId") {
		action = c.op.versionAction
	}
	return c.authorizeOn(c.bucket, action, resource, nil)
}

// authorizeOn is authorize with a bucket, nil for none, and further condition
// keys given.
func (c *Call) authorizeOn(b *bucket, action, resource string, extra map[string][]string) error {
	request := authz.Request{
		Principal: c.caller.Principal,
		Action:    action,
		Resource:  resource,
		Context:   c.conditionKeys(b),
	}
	maps.Copy(request.Context, extra)
	var policy *authz.Policy
	if b != nil {
		request.ResourceOwner = b.owner
		policy = b.effectivePolicy(c.caller.Principal)
	} else {
		request.ResourceOwner = c.caller.Principal.AccountID
	}
	switch authz.Decide(request, c.caller.Policies, policy) {
	case authz.Allow:
		return nil
	case authz.ExplicitDeny:
		kind := "an identity-based"
		if authz.Decide(request, nil, policy) == authz.ExplicitDeny {
			kind = "a resource-based"
		}
		return c.accessDenied(action, resource, " with an explicit deny in "+kind+" policy")
	}
	if request.ResourceOwner != request.Principal.AccountID {
		return c.accessDenied(action, resource, " because no resource-based policy allows the "+action+" action")
	}
	return c.accessDenied(action, resource, " because no identity-based policy allows the "+action+" action")
}

func (c *Call) accessDenied(action, resource, why string) error {
	if c.caller.Principal.Anonymous {
		return wire.Fail(403, "AccessDenied", "Access Denied")
	}
	return wire.Fail(403, "AccessDenied", "User: "+c.caller.Principal.ARN+" is not authorized to perform: "+action+" on resource: \""+resource+"\""+why)
}

// conditionKeys are the condition keys of the request, lower case.
func (c *Call) conditionKeys(b *bucket) map[string][]string {
	// Loopback counts as secure, as it does in browsers: else no bucket with
	// a TLS-only policy could be used here. The header is a proxy's, and the
	// way for a test to be insecure.
	secure := c.r.Header.Get("X-Forwarded-Proto") != "http"
	keys := map[string][]string{
		"aws:securetransport": {strconv.FormatBool(secure)},
		"aws:currenttime":     {c.now.UTC().Format(time.RFC3339)},
		"aws:epochtime":       {strconv.FormatInt(c.now.Unix(), 10)},
		"aws:useragent":       {c.r.UserAgent()},
	}
	if host, _, err := net.SplitHostPort(c.r.RemoteAddr); err == nil {
		keys["aws:sourceip"] = []string{host}
	}
	if referer := c.r.Referer(); referer != "" {
		keys["aws:referer"] = []string{referer}
	}
	c.principalKeys(keys)
	if b != nil {
		keys["s3:resourceaccount"] = []string{b.owner}
		keys["aws:resourceaccount"] = []string{b.owner}
		keys["aws:requestedregion"] = []string{b.region}
	}
	for _, name := range []string{"prefix", "delimiter", "max-keys"} {
		if c.query.Has(name) {
			keys["s3:"+name] = []string{c.query.Get(name)}
		}
	}
	if c.query.Has("versionId") {
		keys["s3:versionid"] = []string{c.query.Get("versionId")}
	}
	for name, values := range c.r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") || name == "if-match" || name == "if-none-match" {
			keys["s3:"+name] = values
		}
	}
	return keys
}

func (c *Call) principalKeys(keys map[string][]string) {
	p := c.caller.Principal
	if p.Anonymous {
		keys["aws:principaltype"] = []string{"Anonymous"}
		keys["aws:userid"] = []string{"anonymous"}
		return
	}
	maps.Copy(keys, c.s.opts.Principals.PrincipalKeys(p))
	signature := c.caller.Signature
	keys["s3:signatureversion"] = []string{"AWS4-HMAC-SHA256"}
	keys["s3:signatureage"] = []string{strconv.FormatInt(c.now.Sub(signature.Time).Milliseconds(), 10)}
	keys["s3:authtype"] = []string{"REST-HEADER"}
	if signature.Presigned {
		keys["s3:authtype"] = []string{"REST-QUERY-STRING"}
	}
}

// signingParams are the parameters of a presigned URL that make up its
// signature.
var signingParams = []string{
	"X-Amz-Algorithm", "X-Amz-Content-Sha256", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token",
	"X-Amz-Signature", "X-Amz-Signedheaders",
}

// hoisted reports whether a parameter of a presigned URL stands for a header.
func hoisted(name string) bool {
	header := http.CanonicalHeaderKey(name)
	return strings.HasPrefix(header, "X-Amz-") && !slices.Contains(signingParams, header)
}

// adoptQuery makes headers of what a presigned URL carries in its query in
// place of x-amz-* headers. It is called once the signature was found right.
func (c *Call) adoptQuery(signature *sigv4.Signature) {
	if signature == nil || !signature.Presigned {
		return
	}
	for name, values := range c.query {
		header := http.CanonicalHeaderKey(name)
		if hoisted(name) && len(c.r.Header.Values(header)) == 0 {
			c.r.Header[header] = values
		}
	}
}
