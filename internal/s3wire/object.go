package s3wire

import (
	"strings"
)

// BareETag takes the quotation marks off an ETag, and what makes it a weak one:
// proxies that compress answers turn "x" into W/"x".
func BareETag(etag string) string {
	return strings.Trim(strings.TrimPrefix(etag, "W/"), `"`)
}

// Archived reports whether S3 does not serve the objects of a storage class until they
// are restored. Of those in INTELLIGENT_TIERING the class does not tell.
func Archived(class string) bool { return class == "GLACIER" || class == "DEEP_ARCHIVE" }

// IfMatch makes a condition of an ETag, in the form that the server gave. A weak ETag
// never matches, so it becomes the strong one that it was made of. It is "" if there
// is no ETag.
func IfMatch(etag string) string {
	if strings.Trim(etag, `"`) == "" {
		return ""
	}
	return strings.TrimPrefix(etag, "W/")
}

// CopySource names an object, or a version of it unless that is "", as the source of a
// copy. S3 decodes it like a query, in which "+" is a space.
func CopySource(bucket, key, version string) string {
	source := escape(bucket) + "/" + escape(key)
	if version != "" {
		source += "?versionId=" + escape(version)
	}
	return source
}

// escape encodes all bytes but slashes and those that stand for themselves anywhere in
// a URL.
func escape(text string) string {
	const hex = "0123456789ABCDEF"
	var escaped strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			escaped.WriteByte(c)
		default:
			escaped.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return escaped.String()
}
