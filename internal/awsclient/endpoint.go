package awsclient

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// endpoint is where the requests to one service go, as far as it is set.
type endpoint struct {
	url     string
	setting string // the provider argument that sets it, or ""
	source  string // what sets it, for a message
}

// endpoint follows the SDK's precedence: the provider block, then the service's
// own variable, then the one for all services. An empty url leaves it to the
// shared files and to AWS. The service is "S3", "IAM" or "STS".
func (s Settings) endpoint(service string) endpoint {
	block := map[string]string{"S3": s.Endpoints.S3, "IAM": s.Endpoints.IAM, "STS": s.Endpoints.STS}
	if u := block[service]; u != "" {
		argument := strings.ToLower(service)
		return endpoint{u, "endpoints.0." + argument, argument + " in the endpoints block"}
	}
	if ignored, err := strconv.ParseBool(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")); err == nil && ignored {
		return endpoint{}
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if u := os.Getenv(name); u != "" {
			return endpoint{url: u, source: name + " in the environment"}
		}
	}
	return endpoint{}
}

// checkEndpoints judges the URLs before a request is sent to one. A wrong one is
// reported once, even when it is meant for all services.
func (s Settings) checkEndpoints() []Problem {
	var problems []Problem
	reported := map[string]bool{}
	for _, service := range []string{"S3", "IAM", "STS"} {
		e := s.endpoint(service)
		if e.url == "" || reported[e.source] {
			continue
		}
		if wrong := wrongEndpoint(e.url); wrong != "" {
			reported[e.source] = true
			problems = append(problems, Problem{
				Setting: e.setting,
				Summary: "Malformed endpoint",
				Detail:  fmt.Sprintf(`The value of %s cannot be used: it %s. Write a URL such as "https://s3.example.com:9000".`, e.source, wrong),
			})
		}
	}
	return problems
}

// wrongEndpoint does not repeat the URL, since there may be a password in it.
func wrongEndpoint(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "does not begin with http:// or https://"
	case u.Hostname() == "":
		return "has no host"
	case u.User != nil:
		return "has a user name, while requests are signed with the AWS credentials"
	case u.RawQuery != "" || u.Fragment != "":
		return "has a query or a fragment"
	}
	return ""
}
