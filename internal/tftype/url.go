package tftype

import (
	"net/url"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

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
