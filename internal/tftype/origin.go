package tftype

import (
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Origin accepts an origin as browsers send it, or a pattern with one *. S3
// compares origins letter by letter, so that a slash too many matches nothing.
func Origin() validator.String {
	return rule{
		summary: "Invalid origin",
		wants:   `An origin is scheme, host and, unless it is the scheme's own, port, such as "https://fovea.example.com", with at most one *; "*" alone allows every origin.`,
		check:   wrongOrigin,
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
