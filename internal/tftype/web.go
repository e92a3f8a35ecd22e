package tftype

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// CORSMethod accepts the methods that S3 lets CORS rules name.
func CORSMethod() validator.String {
	methods := []string{"GET", "HEAD", "PUT", "POST", "DELETE"}
	return rule{
		summary: "Invalid CORS method",
		wants:   "S3 knows GET, HEAD, PUT, POST and DELETE here; it answers preflights, which use OPTIONS, by itself.",
		check: func(method string) string {
			switch {
			case slices.Contains(methods, method):
				return ""
			case slices.Contains(methods, strings.ToUpper(method)):
				return "methods are written in capitals"
			}
			return "S3 does not allow it in CORS rules"
		},
	}
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// CORSHeader accepts names of request headers with at most one *.
func CORSHeader() validator.String {
	return rule{
		summary: "Invalid header",
		wants:   `It must be the name of a header, such as "Range", with at most one *; "*" alone allows every header.`,
		check: func(name string) string {
			if strings.Count(name, "*") > 1 {
				return "it has more than one *"
			}
			return wrongHeader(name)
		},
	}
}

// HeaderName accepts names of headers.
func HeaderName() validator.String {
	return rule{summary: "Invalid header", wants: `It must be the name of a header, such as "ETag".`, check: func(name string) string {
		if strings.Contains(name, "*") {
			return "S3 takes no * here"
		}
		return wrongHeader(name)
	}}
}

func wrongHeader(name string) string {
	if !headerName.MatchString(name) {
		return "it is not the name of a header"
	}
	return ""
}

// Seconds accepts a count of seconds that S3 can store.
func Seconds() validator.Int64 { return int64validator.Between(0, 1<<31-1) }

// Origin accepts an origin as browsers send it, or a pattern with one *. S3
// compares origins letter by letter, so that a slash too many matches nothing.
func Origin() validator.String {
	return rule{
		summary: "Invalid origin",
		wants:   `An origin is scheme, host and, unless it is the scheme's own, port, such as "https://fovea.example.com", with at most one *; "*" alone allows every origin.`,
		check:   wrongOrigin,
	}
}

// BrowserOrigin accepts an origin as browsers send it, without a *.
func BrowserOrigin() validator.String {
	return rule{
		summary: "Invalid origin",
		wants:   `It must be the one origin that the browser sends: scheme, host and, unless it is the scheme's own, port of the URL at which users open FOVEA, such as "https://fovea.example.com".`,
		check: func(origin string) string {
			if strings.Contains(origin, "*") {
				return "it has a *, and browsers send none"
			}
			return wrongOrigin(origin)
		},
	}
}

func wrongOrigin(origin string) string {
	if origin == "*" {
		return ""
	}
	scheme, rest, ok := strings.Cut(origin, "://")
	host, port, _ := strings.Cut(rest, ":")
	switch {
	case origin == "":
		return "it is empty"
	case strings.Count(origin, "*") > 1:
		return "it has more than one *"
	case !ok || scheme == "":
		return "it has no scheme, such as https://"
	case strings.HasSuffix(rest, "/"):
		return "it ends in a slash, which no browser sends"
	case strings.ContainsAny(rest, "/?#"):
		return "it has a path, which no browser sends"
	case host == "":
		return "it has no host"
	case scheme == "https" && port == "443", scheme == "http" && port == "80":
		return "it names the port that the scheme has anyway, which no browser sends"
	case strings.ContainsAny(origin, " @"):
		return "it has a character that no origin has"
	case origin != strings.ToLower(origin):
		return "it has an upper-case letter, and browsers send lower case only"
	}
	if _, err := url.Parse(strings.ReplaceAll(origin, "*", "x")); err != nil {
		return "it is not a URL"
	}
	return ""
}

// ProxyURL accepts URLs of proxies, and "", which stands for no proxy.
func ProxyURL() validator.String {
	return rule{
		summary: "Invalid proxy",
		wants:   `It must be a URL such as "http://proxy.example.com:3128", or "" for no proxy.`,
		hidden:  true,
		check: func(value string) string {
			if value == "" {
				return ""
			}
			u, err := url.Parse(value)
			switch {
			case err != nil:
				return "it is not a URL"
			case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme):
				return "it does not begin with http://, https:// or socks5://"
			case u.Hostname() == "":
				return "it has no host"
			}
			return ""
		},
	}
}
