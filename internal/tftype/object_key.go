package tftype

import (
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ObjectKey accepts the keys that S3 accepts.
func ObjectKey() validator.String {
	return rule{
		summary: "Invalid object key",
		wants:   "An object's key has 1 to 1,024 bytes of UTF-8, such as \"clips/first.mp4\", and no slash in front.",
		check: func(key string) string {
			switch {
			case key == "":
				return "it is empty"
			case strings.HasPrefix(key, "/"):
				return "it begins with a slash, which S3 takes for a folder without a name"
			}
			return wrongKey(key)
		},
	}
}

// AnyObjectKey accepts also the keys with a slash in front, which S3 has, of
// objects that are there already.
func AnyObjectKey() validator.String {
	return rule{
		summary: "Invalid object key",
		wants:   "An object's key has 1 to 1,024 bytes of UTF-8, such as \"clips/first.mp4\".",
		check: func(key string) string {
			if key == "" {
				return "it is empty"
			}
			return wrongKey(key)
		},
	}
}

// KeyPrefix accepts what keys can begin with, "" included.
func KeyPrefix() validator.String {
	return rule{
		summary: "Invalid key prefix",
		wants:   "It begins keys, such as \"clips/\", without a slash in front; \"\" stands for every key.",
		check:   wrongPrefix,
	}
}

// SomeKeyPrefix is KeyPrefix without "".
func SomeKeyPrefix() validator.String {
	return rule{
		summary: "Invalid key prefix",
		wants:   "It begins keys, such as \"clips/\", without a slash in front. To name no prefix, leave the argument out.",
		check: func(prefix string) string {
			if prefix == "" {
				return "it is empty, and so begins every key"
			}
			return wrongPrefix(prefix)
		},
	}
}

func wrongPrefix(prefix string) string {
	if strings.HasPrefix(prefix, "/") {
		return "it begins with a slash, which no key of a video does"
	}
	return wrongKey(prefix)
}

// InventoryPrefix accepts what the keys of inventories can begin with, "" included.
func InventoryPrefix() validator.String {
	return rule{
		summary: "Invalid prefix of inventories",
		wants:   "S3 puts a slash behind it, and the name of the bucket that is listed; \"inventory\" and \"lists/s3\" are examples.",
		check: func(prefix string) string {
			switch {
			case strings.HasPrefix(prefix, "/"):
				return "it begins with a slash"
			case strings.HasSuffix(prefix, "/"):
				return "it ends in a slash, with which S3 delivers inventories that name files which are not there"
			}
			return wrongKey(prefix)
		},
	}
}

func wrongKey(key string) string {
	switch {
	case len(key) > 1024:
		return "it has more than 1,024 bytes"
	case !utf8.ValidString(key):
		return "it is not UTF-8"
	}
	return ""
}

// VideoSuffix accepts file extensions.
func VideoSuffix() validator.String {
	return rule{
		summary: "Invalid suffix",
		wants:   `A suffix is a file extension with its dot, such as ".mp4"; case makes no difference.`,
		check: func(suffix string) string {
			switch {
			case suffix == "":
				return "it is empty, and so would match every object"
			case !strings.HasPrefix(suffix, "."):
				return "it does not begin with a dot"
			case suffix == ".":
				return "nothing follows the dot"
			case strings.Contains(suffix, "/"):
				return "it has a slash"
			}
			return ""
		},
	}
}
