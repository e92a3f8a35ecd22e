// Package documents is the configuration documents of a bucket: their XML, and
// the rules by which S3 takes or refuses them. What also depends on the state
// of buckets, or on who asks, is in s3api.
package documents

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

const (
	// CORSRoot is the root element of CORS.
	CORSRoot = "CORSConfiguration"

	maxCORSRules    = 100
	maxCORSDocument = 64 << 10

	// maxRuleID is the longest name of a rule, in every document that has rules.
	maxRuleID = 255
)

// CORS is the document of the CORS rules.
type CORS struct {
	CORSRule []CORSRule
}

// CORSRule is one rule, which allows methods to origins.
type CORSRule struct {
	ID            *string
	AllowedMethod []string
	AllowedOrigin []string
	AllowedHeader []string
	MaxAgeSeconds *int32
	ExposeHeader  []string
}

// Check refuses what S3 refuses of the document alone.
func (s CORS) Check() error {
	if n := len(s.CORSRule); n == 0 || n > maxCORSRules {
		return wire.MalformedXML()
	}
	ids := map[string]bool{}
	for _, rule := range s.CORSRule {
		if err := rule.check(); err != nil {
			return err
		}
		if rule.ID == nil {
			continue
		}
		if ids[*rule.ID] {
			return wire.InvalidRequest("Rule Id must be unique. Found same Id for more than one rule: " + *rule.ID)
		}
		ids[*rule.ID] = true
	}
	if body, err := wire.Canonical(CORSRoot, s); err != nil || len(body) > maxCORSDocument {
		return wire.Fail(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
	}
	return nil
}

func (r CORSRule) check() error {
	if len(r.AllowedMethod) == 0 || len(r.AllowedOrigin) == 0 || r.MaxAgeSeconds != nil && *r.MaxAgeSeconds < 0 {
		return wire.MalformedXML()
	}
	if r.ID != nil && utf8.RuneCountInString(*r.ID) > maxRuleID {
		return wire.InvalidArgument("ID", *r.ID, "ID length should not exceed allowed limit of 255")
	}
	for _, method := range r.AllowedMethod {
		if !slices.Contains([]string{"GET", "PUT", "HEAD", "POST", "DELETE"}, method) {
			return wire.InvalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is " + method)
		}
	}
	for _, origin := range r.AllowedOrigin {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	for _, header := range r.AllowedHeader {
		if strings.Count(header, "*") > 1 {
			return wire.InvalidRequest(`AllowedHeader "` + header + `" can not have more than one wildcard.`)
		}
	}
	for _, header := range r.ExposeHeader {
		if strings.Contains(header, "*") {
			return wire.InvalidRequest(`ExposeHeader "` + header + `" contains wildcard. We currently do not support wildcard for ExposeHeader.`)
		}
	}
	return nil
}

// checkOrigin refuses more than S3 does: an origin without a scheme, or with a
// path, S3 stores, and then it matches no browser's. A wildcard may stand for
// the scheme.
func checkOrigin(origin string) error {
	if strings.Count(origin, "*") > 1 {
		return wire.InvalidRequest(`AllowedOrigin "` + origin + `" can not have more than one wildcard.`)
	}
	if strings.HasPrefix(origin, "*") {
		return nil
	}
	scheme, host, ok := strings.Cut(origin, "://")
	if !ok || scheme == "" || host == "" || strings.Contains(host, "/") {
		return wire.InvalidRequest(`AllowedOrigin "` + origin + `" is not an origin: scheme://host[:port] without a path.`)
	}
	return nil
}

// corsVary tells caches which request headers the CORS headers depend on.
const corsVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

// MatchCORS finds the first rule that allows all of origin, method and
// headers, and the origin of the rule that did.
func MatchCORS(rules []CORSRule, origin, method string, headers []string) (rule *CORSRule, allowed string) {
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

func (r *CORSRule) allowsHeaders(headers []string) bool {
	for _, header := range headers {
		if !slices.ContainsFunc(r.AllowedHeader, func(pattern string) bool { return matchOneWildcard(strings.ToLower(pattern), header) }) {
			return false
		}
	}
	return true
}

// Describe writes the response headers. With the origin "*" credentials stay
// out, as browsers demand.
func (r *CORSRule) Describe(h http.Header, origin, allowed string) {
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

// HeaderList splits a list of header names and lower-cases them.
func HeaderList(text string) []string {
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
