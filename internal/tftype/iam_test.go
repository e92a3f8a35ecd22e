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

func TestGitHubSubject(t *testing.T) {
	check(t, GitHubSubject(), map[string]string{
		"repo:owner/name:ref:refs/heads/main": "", "repo:owner/name:environment:production": "",
		"":                                    "it is empty",
		"repo:owner/name:*":                   "it is a pattern",
		"repo:owner/na?e:ref:refs/heads/main": "it is a pattern",
		"repo:${aws:username}":                "takes for a variable",
		"owner/name":                          "it has no colon",
	})
}

func TestTokenClaim(t *testing.T) {
	check(t, TokenClaim("subject"), map[string]string{
		"system:serviceaccount:fovea:backend": "", "project_path:g/p:ref_type:branch:ref:main": "", "110169484474386276334": "",
		"":                              "it is empty",
		"*":                             "it is a pattern",
		"system:serviceaccount:fovea:*": "it is a pattern",
		"project_path:g/?":              "it is a pattern",
		"${gitlab.com:sub}":             "takes for a variable",
	})
}

func TestServicePrincipal(t *testing.T) {
	check(t, ServicePrincipal(), map[string]string{
		"ec2.amazonaws.com": "", "ec2.amazonaws.com.cn": "", "logging.s3.amazonaws.com": "",
		"":                   "not the name of a service",
		"ec2":                "not the name of a service",
		"EC2.amazonaws.com":  "not the name of a service",
		"*.amazonaws.com":    "not the name of a service",
		"ec2.example.com":    "not the name of a service",
		"ec2.amazonaws.com.": "not the name of a service",
	})
}

func TestBucketARN(t *testing.T) {
	check(t, BucketARN(), map[string]string{
		"arn:aws:s3:::fovea-videos": "", "arn:aws-cn:s3:::a.b": "",
		"":                            "it is not an ARN",
		"fovea-videos":                "perhaps the name of a bucket",
		"arn:aws:s3":                  "it is not an ARN",
		"arn:aws:sqs:us-east-1:1:q":   "it is an ARN of sqs",
		"arn:aws:s3:::fovea-videos/*": "it is the ARN of objects",
		"arn:aws:s3:::*":              "something else than a bucket",
		"arn:aws:s3:us-east-1:123456789012:accesspoint:a": "something else than a bucket",
		"arn:aws:s3:::": "something else than a bucket",
	})
}
