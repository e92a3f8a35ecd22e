// Package backendenv makes the environment with which FOVEA's backend reads its
// videos from S3: the names that the app reads, and nothing else.
package backendenv

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Settings says where the videos are. An empty Endpoint stands for AWS's, empty keys
// for the role of the instance, and an empty CDNBaseURL for no CDN.
type Settings struct {
	Bucket, Region, Endpoint     string
	AccessKeyID, SecretAccessKey string
	CDNBaseURL                   string
}

// Variable is one variable of the environment.
type Variable struct {
	Name, Value string
	Secret      bool
}

// Variables gives all variables, in the order of the files that are made of them.
// Empty ones are there on purpose: FOVEA's sample environment has placeholders for
// them, which would win.
func (s Settings) Variables() []Variable {
	cdn := WithoutSlash(s.CDNBaseURL)
	return []Variable{
		{Name: "VIDEO_STORAGE_TYPE", Value: "s3"},
		{Name: "S3_BUCKET", Value: s.Bucket},
		{Name: "S3_REGION", Value: s.Region},
		{Name: "S3_ENDPOINT", Value: WithoutSlash(s.Endpoint)},
		{Name: "S3_PUBLIC_BUCKET", Value: "false"},
		{Name: "CDN_ENABLED", Value: strconv.FormatBool(cdn != "")},
		{Name: "CDN_BASE_URL", Value: cdn},
		{Name: "AWS_ACCESS_KEY_ID", Value: s.AccessKeyID},
		{Name: "AWS_SECRET_ACCESS_KEY", Value: s.SecretAccessKey, Secret: true},
		{Name: "S3_ACCESS_KEY_ID"},
		{Name: "S3_SECRET_ACCESS_KEY", Secret: true},
	}
}

// WithoutSlash takes the slashes off the end of a URL: FOVEA puts one behind it.
func WithoutSlash(link string) string { return strings.TrimRight(link, "/") }

// WrongValue says why a value cannot be in the environment, as a clause, or "". It
// does not repeat the value.
func WrongValue(value string) string {
	switch {
	case value == "":
		return "it is empty"
	case strings.ContainsAny(value, "\r\n"):
		return "it has a line break"
	case strings.TrimSpace(value) != value:
		return "it begins or ends with a space"
	case strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }):
		return "it has a character that cannot be printed"
	}
	if _, ok := quote(value); !ok {
		return "it has characters that no quoting protects in every reader of environment files: an apostrophe together with one of $ \" \\ `, or a backslash at its end"
	}
	return ""
}

// temporaryKey is how the ID of an access key begins that works only with a session
// token.
const temporaryKey = "ASIA"

// Temporary reports whether an access key works only with a session token, which
// FOVEA has no variable for.
func Temporary(accessKeyID string) bool { return strings.HasPrefix(accessKeyID, temporaryKey) }

// WrongURL says why a URL cannot be the endpoint or the base URL of a CDN, or "". It
// does not repeat the URL, in which there may be a password.
func WrongURL(link string) string {
	if wrong := WrongValue(link); wrong != "" {
		return wrong
	}
	u, err := url.Parse(link)
	switch {
	case err != nil:
		return "it is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "it does not begin with http:// or https://"
	case u.Hostname() == "":
		return "it has no host"
	case u.User != nil:
		return "it has a user name"
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(link, "#"):
		return "it has a query or a fragment"
	}
	return ""
}

// host gives the host of a URL in lower case, without a port and the dot that may
// end it.
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// CDNEndpoint reports whether an endpoint is that of a CDN: of CloudFront, or the one
// of the base URL.
func (s Settings) CDNEndpoint() bool {
	at := host(s.Endpoint)
	return strings.HasSuffix(at, ".cloudfront.net") || at == "cloudfront.net" || at != "" && at == host(s.CDNBaseURL)
}

// NamesBucket reports whether the host of the endpoint begins with the name of the
// bucket, which FOVEA puts into the path.
func (s Settings) NamesBucket() bool {
	return s.Bucket != "" && strings.HasPrefix(host(s.Endpoint), strings.ToLower(s.Bucket)+".")
}

// Dotenv gives the lines of an .env file.
func Dotenv(variables []Variable) (string, error) {
	var lines strings.Builder
	for _, v := range variables {
		value, ok := quote(v.Value)
		if !ok {
			return "", fmt.Errorf("the value of %s cannot be quoted for an .env file", v.Name)
		}
		lines.WriteString(v.Name + "=" + value + "\n")
	}
	return lines.String(), nil
}

// plain are the characters besides letters and digits that need no quotes.
const plain = "_./:@%+=,-"

// quote writes a value so that Docker Compose, dotenv, node --env-file and sh read
// the same. It is false if there is no such way.
func quote(value string) (quoted string, ok bool) {
	bare := !strings.ContainsFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(plain, r)
	})
	switch {
	case bare:
		return value, true
	case strings.ContainsAny(value, "\r\n\x00"):
		return "", false
	case strings.HasSuffix(value, `\`):
		return "", false // dotenv and Docker Compose take \' for an apostrophe within
	case !strings.Contains(value, "'"):
		return "'" + value + "'", true
	case !strings.ContainsAny(value, "$\"\\`"):
		return `"` + value + `"`, true
	}
	return "", false
}

// Compose gives an override file for Docker Compose, whose values win over those of
// the file that it overrides.
func Compose(variables []Variable) string {
	var lines strings.Builder
	lines.WriteString("services:\n  backend:\n    environment:\n")
	for _, v := range variables {
		lines.WriteString("      " + v.Name + ": '" + strings.NewReplacer("'", "''", "$", "$$").Replace(v.Value) + "'\n")
	}
	return lines.String()
}
