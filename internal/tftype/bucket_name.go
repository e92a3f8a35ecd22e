package tftype

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

const bucketNameRules = "A bucket's name has 3 to 63 characters, lower-case letters, digits, dots and hyphens, with a letter or digit at both ends."

// BucketName accepts the names that S3 accepts for new buckets, and names the
// rule that another one breaks.
func BucketName() validator.String {
	return rule{summary: "Invalid bucket name", wants: bucketNameRules, check: func(name string) string {
		switch {
		case len(name) < 3:
			return "it has fewer than 3 characters"
		case len(name) > 63:
			return "it has more than 63 characters"
		}
		if wrong := wrongInName(name); wrong != "" {
			return wrong
		}
		if !alphanumeric(name[len(name)-1]) {
			return "it does not end in a letter or digit"
		}
		if addr, err := netip.ParseAddr(name); err == nil && addr.Is4() {
			return "it looks like an IP address"
		}
		for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
			if strings.HasSuffix(name, suffix) {
				return "S3 keeps names that end in " + suffix + " for itself"
			}
		}
		return ""
	}}
}

// bucketSuffixLength is how much a name gets behind its prefix: as much as in
// hashicorp/aws.
const bucketSuffixLength = 26

// BucketPrefix accepts what can begin a generated bucket name.
func BucketPrefix() validator.String {
	return rule{
		summary: "Invalid bucket prefix",
		wants:   "It begins a bucket's name: at most 37 lower-case letters, digits, dots and hyphens, with a letter or digit in front.",
		check: func(prefix string) string {
			switch {
			case prefix == "":
				return "it is empty"
			case len(prefix) > 63-bucketSuffixLength:
				return "it has more than 37 characters, which leaves no room for the 26 that are added"
			}
			return wrongInName(prefix)
		},
	}
}

var bucketCharacter = regexp.MustCompile(`[^a-z0-9.-]`)

// wrongInName looks at what holds for names and their beginnings.
func wrongInName(name string) string {
	if found := bucketCharacter.FindString(name); found != "" {
		if strings.ToLower(found) != found {
			return "it has the upper-case letter " + found
		}
		return "it has the character '" + found + "'"
	}
	switch {
	case !alphanumeric(name[0]):
		return "it does not begin with a letter or digit"
	case strings.Contains(name, ".."):
		return "it has two dots in a row"
	}
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return "S3 keeps names that begin with " + prefix + " for itself"
		}
	}
	return ""
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
}

var configurationName = regexp.MustCompile(`^[A-Za-z0-9._-]*$`)

// ConfigurationName accepts names of the configurations of which a bucket can
// have several, such as those of metrics.
func ConfigurationName() validator.String {
	return rule{
		summary: "Invalid name of a configuration",
		wants:   "A name has 1 to 64 letters, digits, dots, hyphens and underscores.",
		check: func(name string) string {
			switch {
			case name == "":
				return "it is empty"
			case len(name) > 64:
				return "it has more than 64 characters"
			case !configurationName.MatchString(name):
				return "it has a character that S3 does not allow"
			}
			return ""
		},
	}
}
