package tftype

import (
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
