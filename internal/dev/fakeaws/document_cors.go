package fakeaws

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	corsRoot = "CORSConfiguration"

	maxCORSRules    = 100
	maxCORSDocument = 64 << 10

	// maxRuleID is the longest name of a rule, in every document that has rules.
	maxRuleID = 255
)

var corsOperations = []operation{
	{
		name: "GetBucketCors", method: http.MethodGet, level: bucketLevel, sub: []string{"cors"},
		action: "s3:GetBucketCORS", do: getDocument("cors", fail(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist")),
	},
	{
		name: "PutBucketCors", method: http.MethodPut, level: bucketLevel, sub: []string{"cors"},
		action: "s3:PutBucketCORS", configures: true, do: (*call).putCORS,
	},
	{
		name: "DeleteBucketCors", method: http.MethodDelete, level: bucketLevel, sub: []string{"cors"},
		action: "s3:PutBucketCORS", configures: true, do: deleteDocument("cors", func(b *bucket) { b.cors = nil }),
	},
}

type corsConfiguration struct {
	CORSRule []corsRule
}

type corsRule struct {
	ID            *string
	AllowedMethod []string
	AllowedOrigin []string
	AllowedHeader []string
	MaxAgeSeconds *int32
	ExposeHeader  []string
}

func (c *call) putCORS() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var config corsConfiguration
	if err := c.readConfiguration(corsRoot, &config); err != nil {
		return err
	}
	if err := config.check(); err != nil {
		return err
	}
	return c.putXML("cors", corsRoot, config, func(b *bucket) { b.cors = config.CORSRule })
}

func (s corsConfiguration) check() error {
	if n := len(s.CORSRule); n == 0 || n > maxCORSRules {
		return malformedXML()
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
			return invalidRequest("Rule Id must be unique. Found same Id for more than one rule: " + *rule.ID)
		}
		ids[*rule.ID] = true
	}
	if body, err := canonicalXML(corsRoot, s); err != nil || len(body) > maxCORSDocument {
		return fail(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
	}
	return nil
}

func (r corsRule) check() error {
	if len(r.AllowedMethod) == 0 || len(r.AllowedOrigin) == 0 || r.MaxAgeSeconds != nil && *r.MaxAgeSeconds < 0 {
		return malformedXML()
	}
	if r.ID != nil && utf8.RuneCountInString(*r.ID) > maxRuleID {
		return invalidArgument("ID", *r.ID, "ID length should not exceed allowed limit of 255")
	}
	for _, method := range r.AllowedMethod {
		if !slices.Contains([]string{"GET", "PUT", "HEAD", "POST", "DELETE"}, method) {
			return invalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is " + method)
		}
	}
	for _, origin := range r.AllowedOrigin {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	for _, header := range r.AllowedHeader {
		if strings.Count(header, "*") > 1 {
			return invalidRequest(`AllowedHeader "` + header + `" can not have more than one wildcard.`)
		}
	}
	for _, header := range r.ExposeHeader {
		if strings.Contains(header, "*") {
			return invalidRequest(`ExposeHeader "` + header + `" contains wildcard. We currently do not support wildcard for ExposeHeader.`)
		}
	}
	return nil
}

// checkOrigin refuses more than S3 does: an origin without a scheme, or with a
// path, S3 stores, and then it matches no browser's. A wildcard may stand for
// the scheme.
func checkOrigin(origin string) error {
	if strings.Count(origin, "*") > 1 {
		return invalidRequest(`AllowedOrigin "` + origin + `" can not have more than one wildcard.`)
	}
	if strings.HasPrefix(origin, "*") {
		return nil
	}
	scheme, host, ok := strings.Cut(origin, "://")
	if !ok || scheme == "" || host == "" || strings.Contains(host, "/") {
		return invalidRequest(`AllowedOrigin "` + origin + `" is not an origin: scheme://host[:port] without a path.`)
	}
	return nil
}
