package fakeaws

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// corsVary tells caches which request headers the CORS headers depend on.
const corsVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

// preflightOperation is what AWS's API model has no name for.
var preflightOperation = operation{name: "CORSPreflight", method: http.MethodOptions, do: (*call).preflight}

// preflight answers the OPTIONS request of a browser. It is never signed, and
// asks for no permission.
func (c *call) preflight() error {
	b := c.s.store.get(c.bucketName)
	if b == nil {
		return noSuchBucket(c.bucketName)
	}
	c.w.Header().Set("X-Amz-Bucket-Region", b.region)
	origin := c.r.Header.Get("Origin")
	if origin == "" {
		return fail(400, "BadRequest", "Insufficient information. Origin request header needed.")
	}
	method := c.r.Header.Get("Access-Control-Request-Method")
	if method == "" {
		return fail(400, "BadRequest", "Invalid Access-Control-Request-Method: null")
	}
	rules := b.corsRules()
	if rules == nil {
		return c.corsRefusal(method, "CORSResponse: CORS is not enabled for this bucket.")
	}
	headers := headerList(c.r.Header.Get("Access-Control-Request-Headers"))
	rule, allowed := matchCORS(rules, origin, method, headers)
	if rule == nil {
		return c.corsRefusal(method, "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.")
	}
	rule.describe(c.w.Header(), origin, allowed)
	if len(headers) > 0 {
		c.w.Header().Set("Access-Control-Allow-Headers", strings.Join(headers, ", "))
	}
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *call) corsRefusal(method, message string) error {
	resource := "BUCKET"
	if c.key != "" {
		resource = "OBJECT"
	}
	return fail(403, "AccessForbidden", message, field("Method", method), field("ResourceType", resource))
}

// corsHeaders adds what lets the scripts of the request's origin read the
// answer, errors included. A request that no rule allows is answered without
// it: the browser is who refuses.
func (c *call) corsHeaders() {
	origin := c.r.Header.Get("Origin")
	if origin == "" {
		return
	}
	if rule, allowed := matchCORS(c.bucket.corsRules(), origin, c.r.Method, nil); rule != nil {
		rule.describe(c.w.Header(), origin, allowed)
	}
}

func (b *bucket) corsRules() []corsRule {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.cors
}

// matchCORS finds the first rule that allows all of origin, method and
// headers, and the origin of the rule that did.
func matchCORS(rules []corsRule, origin, method string, headers []string) (rule *corsRule, allowed string) {
	for i := range rules {
		r := &rules[i]
		if !slices.Contains(r.AllowedMethod, method) {
			continue
		}
		at := slices.IndexFunc(r.AllowedOrigin, func(pattern string) bool { return matchOneWildcard(pattern, origin) })
		if at >= 0 && r.allowsHeaders(headers) {
			return r, r.AllowedOrigin[at]
		}
	}
	return nil, ""
}

func (r *corsRule) allowsHeaders(headers []string) bool {
	for _, header := range headers {
		if !slices.ContainsFunc(r.AllowedHeader, func(pattern string) bool { return matchOneWildcard(strings.ToLower(pattern), header) }) {
			return false
		}
	}
	return true
}

// describe writes the response headers. With the origin "*" credentials stay
// out, as browsers demand.
func (r *corsRule) describe(h http.Header, origin, allowed string) {
	if allowed == "*" {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(r.AllowedMethod, ", "))
	if len(r.ExposeHeader) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(r.ExposeHeader, ", "))
	}
	if r.MaxAgeSeconds != nil {
		h.Set("Access-Control-Max-Age", strconv.Itoa(int(*r.MaxAgeSeconds)))
	}
	h.Set("Vary", corsVary)
}

// headerList splits a list of header names and lower-cases them.
func headerList(text string) []string {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// matchOneWildcard matches text against a pattern with at most one "*".
func matchOneWildcard(pattern, text string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == text
	}
	return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}
