package tftype

import (
	"strings"
	"testing"
)

func TestAccessKeyID(t *testing.T) {
	check(t, AccessKeyID(), map[string]string{
		"AKIAIOSFODNN7EXAMPLE": "", strings.Repeat("a", 16): "", strings.Repeat("a", 128): "",
		"":                       "it is empty",
		"AKIANOSUCH":             "it has 10 characters",
		strings.Repeat("a", 129): "it has 129 characters",
		"fovea/AKIAIOSFODNN7EX":  `the character "/"`,
	})
}

func TestIAMName(t *testing.T) {
	check(t, IAMName(64), map[string]string{
		"fovea-backend": "", "A+b=c,d.e@f_g-1": "", strings.Repeat("a", 64): "",
		"":                      "it is empty",
		"fovea backend":         `the character " "`,
		"vidéo":                 `the character "é"`,
		"fovea/backend":         `belongs into "path"`,
		"fovea\n":               `the character "\n"`,
		strings.Repeat("a", 65): "it has 65 characters. A name has 1 to 64",
	})
}

func TestIAMPath(t *testing.T) {
	check(t, IAMPath(), map[string]string{
		"/": "", "/fovea/": "", "/a/b/": "", "/" + strings.Repeat("a", 510) + "/": "",
		"":                                   "does not begin with a slash",
		"fovea/":                             "does not begin with a slash",
		"/fovea":                             "does not end with a slash",
		"//":                                 "nothing between its slashes",
		"/my team/":                          "a character that IAM does not allow",
		"/é/":                                "a character that IAM does not allow",
		"/" + strings.Repeat("a", 511) + "/": "it has 513 characters",
	})
}

func TestNoPattern(t *testing.T) {
	check(t, NoPattern(), map[string]string{
		"clips/": "", "a$b{c}": "", "": "",
		"clips/*":                "it has *, which a policy takes for a pattern",
		"clip?":                  "it has ?",
		"home/${aws:username}/x": "it has ${",
	})
}
