package tftype

import (
	"strings"
	"testing"
)

func TestBucketName(t *testing.T) {
	check(t, BucketName(), map[string]string{
		"abc": "", "fovea-videos": "", "my.bucket.1": "", "0a0": "", "a-.b": "", strings.Repeat("a", 63): "", "1.2.3": "", "256.1.1.1": "",
		"":                      "fewer than 3 characters",
		"ab":                    "fewer than 3 characters",
		strings.Repeat("a", 64): "more than 63 characters",
		"Videos":                "the upper-case letter V",
		"my_videos":             "the character '_'",
		"vidéos":                "the character 'é'",
		"-videos":               "does not begin with a letter or digit",
		".videos":               "does not begin with a letter or digit",
		"videos-":               "does not end in a letter or digit",
		"videos.":               "does not end in a letter or digit",
		"my..videos":            "two dots in a row",
		"192.168.5.4":           "looks like an IP address",
		"xn--videos":            "begin with xn--",
		"sthree-videos":         "begin with sthree-",
		"amzn-s3-demo-videos":   "begin with amzn-s3-demo-",
		"videos-s3alias":        "end in -s3alias",
		"videos--ol-s3":         "end in --ol-s3",
		"videos.mrap":           "end in .mrap",
		"videos--x-s3":          "end in --x-s3",
		"videos--table-s3":      "end in --table-s3",
	})
}

func TestBucketPrefix(t *testing.T) {
	check(t, BucketPrefix(), map[string]string{
		"f": "", "fovea-videos-": "", "fovea.": "", strings.Repeat("a", 37): "",
		"":                      "it is empty",
		strings.Repeat("a", 38): "more than 37 characters",
		"-a":                    "does not begin with",
		"A":                     "the upper-case letter A",
		"xn--":                  "begin with xn--",
	})
}

func TestInventoryPrefix(t *testing.T) {
	check(t, InventoryPrefix(), map[string]string{
		"": "", "inventory": "", "lists/s3": "",
		"/inventory":              "it begins with a slash",
		"inventory/":              "it ends in a slash",
		strings.Repeat("a", 1025): "it has more than 1,024 bytes",
	})
}

func TestARN(t *testing.T) {
	check(t, ARN("iam", "role/"), map[string]string{
		"arn:aws:iam::123456789012:role/deploy": "", "arn:aws-cn:iam::123456789012:role/path/deploy": "",
		"":                                      "it is not an ARN",
		"deploy":                                "it is not an ARN",
		"arn:aws:s3:::videos":                   "it is an ARN of s3",
		"arn:aws:iam::123456789012:user/deploy": "it is the ARN of something else",
		"arn:aws:iam::123456789012:role/":       "it is the ARN of something else",
	})
	check(t, ARN("s3", ""), map[string]string{"arn:aws:s3:::videos": "", "arn:aws:s3:::": "something else"})
	check(t, ARN("kms", "key/"), map[string]string{
		"arn:aws:kms:us-east-1:123456789012:key/1": "",
		"alias/videos": `like "arn:aws:kms:us-east-1:123456789012:key/example"`,
	})
}

func TestAccountID(t *testing.T) {
	check(t, AccountID(), map[string]string{
		"123456789012": "", "000000000001": "", "12345": "12 digits", "": "12 digits", "1234-5678-90": "other than digits",
	})
}

func TestKMSKey(t *testing.T) {
	check(t, KMSKey(), map[string]string{
		"arn:aws:kms:us-east-1:123456789012:key/1": "", "arn:aws:kms:us-east-1:123456789012:alias/videos": "",
		"1234abcd-12ab-34cd-56ef-1234567890ab": "", "mrk-1234abcd12ab34cd56ef1234567890ab": "", "alias/videos": "",
		"a-key-of-another-server": "",
		"":                        "it is empty",
		"alias/":                  "the alias has no name",
		"alias/my videos":         "it contains a space",
		"arn:aws:kms":             "it is not a whole ARN",
		"arn:aws:s3:::videos":     "it is an ARN of s3",
		"arn:aws:kms:us-east-1:123456789012:key/":  "the ARN of something else",
		"arn:aws:kms:us-east-1:123456789012:grant": "the ARN of something else",
	})
}

func TestAnyObjectKey(t *testing.T) {
	check(t, AnyObjectKey(), map[string]string{
		"a.mp4": "", "/a.mp4": "", "//a//b.mp4": "", strings.Repeat("a", 1024): "",
		"":                        "it is empty",
		strings.Repeat("a", 1025): "more than 1,024 bytes",
		"a\xff":                   "not UTF-8",
	})
}

func TestSomeKeyPrefix(t *testing.T) {
	check(t, SomeKeyPrefix(), map[string]string{
		"clips/": "", "c": "",
		"":                        "To name no prefix, leave the argument out.",
		"/clips":                  "it begins with a slash",
		strings.Repeat("a", 1025): "more than 1,024 bytes",
	})
}
