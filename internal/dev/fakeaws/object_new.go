package fakeaws

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxKey      = 1024
	maxMetadata = 2 << 10
	metaPrefix  = "X-Amz-Meta-"
)

// contentHeaders are stored with an object and sent with it.
var contentHeaders = []string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires"}

var storageClasses = []string{
	"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE",
}

// newVersion makes what the request's headers say of a new object: everything
// but its body.
func (c *call) newVersion() (*version, error) {
	if err := c.checkNewKey(); err != nil {
		return nil, err
	}
	if err := c.checkACL(); err != nil {
		return nil, err
	}
	v := &version{
		modified:     c.now.UTC().Truncate(time.Second),
		storageClass: cmp.Or(c.r.Header.Get("X-Amz-Storage-Class"), "STANDARD"),
	}
	if !slices.Contains(storageClasses, v.storageClass) {
		return nil, fail(400, "InvalidStorageClass", "The storage class you specified is not valid", field("StorageClassRequested", v.storageClass))
	}
	var err error
	if v.tags, err = c.requestedTags(); err != nil {
		return nil, err
	}
	if v.encryption, err = c.requestedEncryption(); err != nil {
		return nil, err
	}
	v.headers = requestedContent(c.r.Header)
	v.meta, err = requestedMetadata(c.r.Header)
	return v, err
}

func (c *call) checkNewKey() error {
	if len(c.key) > maxKey {
		return fail(400, "KeyTooLongError", "Your key is too long", field("Size", strconv.Itoa(len(c.key))), field("MaxSizeAllowed", strconv.Itoa(maxKey)))
	}
	if !utf8.ValidString(c.key) {
		return fail(400, "InvalidURI", "Couldn't parse the specified URI.", field("URI", c.key))
	}
	return nil
}

// checkACL takes no ACL but the one that every object has anyhow.
func (c *call) checkACL() error {
	asked := c.r.Header.Get("X-Amz-Acl")
	grants := false
	for name := range c.r.Header {
		grants = grants || strings.HasPrefix(name, "X-Amz-Grant-")
	}
	switch {
	case !grants && (asked == "" || asked == "bucket-owner-full-control"):
		return nil
	case c.bucket.refusesACLs():
		return fail(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	case !grants && asked == "private":
		return nil
	}
	return notImplemented("ACLs of objects")
}

func requestedContent(h http.Header) map[string]string {
	content := map[string]string{"Content-Type": "binary/octet-stream"}
	for _, name := range contentHeaders {
		value := strings.Join(h.Values(name), ",")
		if name == "Content-Encoding" {
			value = withoutChunking(value)
		}
		if value != "" {
			content[name] = value
		}
	}
	return content
}

// withoutChunking takes off the encoding that ends with the transfer.
func withoutChunking(encodings string) string {
	var kept []string
	for encoding := range strings.SplitSeq(encodings, ",") {
		if encoding = strings.TrimSpace(encoding); encoding != "" && encoding != "aws-chunked" {
			kept = append(kept, encoding)
		}
	}
	return strings.Join(kept, ",")
}

func requestedMetadata(h http.Header) (map[string]string, error) {
	meta := map[string]string{}
	size := 0
	for name, values := range h {
		if short, ok := strings.CutPrefix(name, metaPrefix); ok {
			value := strings.Join(values, ",")
			meta[strings.ToLower(short)] = value
			size += len(short) + len(value)
		}
	}
	if size > maxMetadata {
		return nil, fail(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size",
			field("Size", strconv.Itoa(size)), field("MaxSizeAllowed", strconv.Itoa(maxMetadata)))
	}
	return meta, nil
}
