package fakeaws

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// getObject answers GetObject and HeadObject, which differ in what they say of
// archived objects.
func (c *call) getObject() error {
	v, err := c.locate(c.bucket, c.key, c.versionID())
	if err != nil {
		return err
	}
	if err := c.checkReadable(v); err != nil {
		return err
	}
	c.objectHeaders(v)
	if err := c.overrideHeaders(); err != nil {
		return err
	}
	condition, notModified := readConditions{header: c.r.Header}.failed(v)
	switch {
	case notModified:
		return fail(http.StatusNotModified, "NotModified", "Not Modified")
	case condition != "":
		return c.withoutObjectHeaders(preconditionFailed(condition))
	}
	send, err := c.requestedRange(v)
	if err != nil {
		return c.withoutObjectHeaders(err)
	}
	status := http.StatusOK
	if send == nil {
		send = &byteRange{0, v.size}
	} else {
		status = http.StatusPartialContent
		if v.size > 0 {
			c.w.Header().Set("Content-Range", send.contentRange(v.size))
		}
	}
	c.w.Header().Set("Content-Length", strconv.FormatInt(send.length, 10))
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		_, _ = io.Copy(c.w, io.NewSectionReader(v.body, send.start, send.length)) // the client may have gone
	}
	return nil
}

// checkReadable refuses the body of an archived object, and one whose key the
// caller may not use.
func (c *call) checkReadable(v *version) error {
	if c.r.Method == http.MethodHead {
		return nil
	}
	if v.archived(c.now) {
		return invalidObjectState(v)
	}
	return c.useKey(c.bucket, v.encryption, "kms:Decrypt")
}

func invalidObjectState(v *version) *apiError {
	return fail(403, "InvalidObjectState", "The operation is not valid for the object's storage class", field("StorageClass", v.storageClass))
}

func (c *call) objectHeaders(v *version) {
	h := c.w.Header()
	for name, value := range v.headers {
		h.Set(name, value)
	}
	for name, value := range v.meta {
		h.Set(metaPrefix+name, value)
	}
	h.Set("Accept-Ranges", "bytes")
	h.Set("ETag", quoted(v.etag))
	h.Set("Last-Modified", v.modified.Format(http.TimeFormat))
	if v.storageClass != "STANDARD" {
		h.Set("X-Amz-Storage-Class", v.storageClass)
	}
	if len(v.tags) > 0 {
		h.Set("X-Amz-Tagging-Count", strconv.Itoa(len(v.tags)))
	}
	if r := v.restore; r != nil {
		if value := r.header(c.now); value != "" {
			h.Set("X-Amz-Restore", value)
		}
	}
	c.versionHeader(c.bucket, v)
	v.encryption.setHeaders(h, c.bucket)
}

// withoutObjectHeaders takes back what describes the object's body before an
// error document is sent.
func (c *call) withoutObjectHeaders(err error) error {
	h := c.w.Header()
	for name := range h {
		if strings.HasPrefix(name, metaPrefix) || strings.HasPrefix(name, "X-Amz-Checksum-") {
			h.Del(name)
		}
	}
	for _, name := range append([]string{"Accept-Ranges", "ETag", "Last-Modified"}, contentHeaders...) {
		h.Del(name)
	}
	return err
}

// overrideHeaders obeys the response-* parameters, which only a signed request
// may use.
func (c *call) overrideHeaders() error {
	for name, values := range c.query {
		header, ok := strings.CutPrefix(name, "response-")
		if !ok {
			continue
		}
		if c.caller.Principal.Anonymous {
			return c.withoutObjectHeaders(invalidRequest("Request specific response headers cannot be used for anonymous GET requests."))
		}
		c.w.Header().Set(header, values[0])
	}
	return nil
}

// requestedRange is what the request asks for, nil for the whole object. It
// sends the checksum of just that when the client wants one.
func (c *call) requestedRange(v *version) (*byteRange, error) {
	header := c.r.Header.Get("Range")
	whole := v.checksum
	if !strings.EqualFold(c.r.Header.Get("X-Amz-Checksum-Mode"), "ENABLED") {
		whole = checksum{}
	}
	if !c.query.Has("partNumber") {
		if header != "" {
			return parseRange(header, v.size)
		}
		whole.setHeaders(c.w.Header())
		return nil, nil
	}
	if header != "" {
		return nil, invalidRequest("Cannot specify both Range header and partNumber query parameter")
	}
	number, err := partNumber(c.query.Get("partNumber"))
	if err != nil {
		return nil, err
	}
	r, p, err := v.partRange(number)
	if err != nil {
		return nil, err
	}
	if p == nil {
		whole.setHeaders(c.w.Header())
		return &r, nil
	}
	c.w.Header().Set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(v.parts)))
	if whole.algorithm != "" && p.checksum != "" {
		checksum{whole.algorithm, whole.kind, p.checksum}.setHeaders(c.w.Header())
	}
	return &r, nil
}

// header is the value of X-Amz-Restore, "" once the restored copy has gone.
func (r *restoration) header(now time.Time) string {
	switch {
	case now.Before(r.ready):
		return `ongoing-request="true"`
	case now.Before(r.until):
		return fmt.Sprintf(`ongoing-request="false", expiry-date="%s"`, r.until.Format(http.TimeFormat))
	}
	return ""
}
