package s3api

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// getObject answers GetObject and HeadObject, which differ in what they say of
// archived objects.
func (c *Call) getObject() error {
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
		return wire.Fail(http.StatusNotModified, "NotModified", "Not Modified")
	case condition != "":
		return c.withoutObjectHeaders(wire.PreconditionFailed(condition))
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
func (c *Call) checkReadable(v *version) error {
	if c.r.Method == http.MethodHead {
		return nil
	}
	if v.archived(c.now) {
		return invalidObjectState(v)
	}
	return c.useKey(c.bucket, v.encryption, "kms:Decrypt")
}

func invalidObjectState(v *version) *wire.Error {
	return wire.Fail(403, "InvalidObjectState", "The operation is not valid for the object's storage class", wire.Field("StorageClass", v.storageClass))
}

func (c *Call) objectHeaders(v *version) {
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
func (c *Call) withoutObjectHeaders(err error) error {
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
func (c *Call) overrideHeaders() error {
	for name, values := range c.query {
		header, ok := strings.CutPrefix(name, "response-")
		if !ok {
			continue
		}
		if c.caller.Principal.Anonymous {
			return c.withoutObjectHeaders(wire.InvalidRequest("Request specific response headers cannot be used for anonymous GET requests."))
		}
		c.w.Header().Set(header, values[0])
	}
	return nil
}

// requestedRange is what the request asks for, nil for the whole object. It
// sends the checksum of just that when the client wants one.
func (c *Call) requestedRange(v *version) (*byteRange, error) {
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
		return nil, wire.InvalidRequest("Cannot specify both Range header and partNumber query parameter")
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

// byteRange is a run of bytes of an object.
type byteRange struct{ start, length int64 }

// contentRange is the value of Content-Range.
func (r byteRange) contentRange(size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.start, r.start+r.length-1, size)
}

// parseRange reads a Range header. It answers nil when the header asks for no
// single range, in which case S3 sends the whole object.
func parseRange(header string, size int64) (*byteRange, error) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !ok || !dash || strings.Contains(spec, ",") {
		return nil, nil
	}
	if first == "" {
		n, ok := position(last)
		if !ok {
			return nil, nil
		}
		n = min(n, size)
		if n == 0 {
			return nil, invalidRange(header, size)
		}
		return &byteRange{size - n, n}, nil
	}
	start, ok := position(first)
	if !ok {
		return nil, nil
	}
	end := size - 1
	if last != "" {
		n, ok := position(last)
		if !ok || n < start {
			return nil, nil
		}
		end = min(n, end)
	}
	if start >= size {
		return nil, invalidRange(header, size)
	}
	return &byteRange{start, end - start + 1}, nil
}

// position reads a number of a Range header.
func position(text string) (n int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

func invalidRange(header string, size int64) *wire.Error {
	e := wire.Fail(416, "InvalidRange", "The requested range is not satisfiable",
		wire.Field("RangeRequested", header), wire.Field("ActualObjectSize", strconv.FormatInt(size, 10)))
	e.Header = map[string]string{"Content-Range": fmt.Sprintf("bytes */%d", size)}
	return e
}

// partRange gives the bytes of one part of a multipart object; any other
// object is one part.
func (v *version) partRange(number int) (byteRange, *part, error) {
	if len(v.parts) == 0 && number == 1 {
		return byteRange{0, v.size}, nil, nil
	}
	var start int64
	for i := range v.parts {
		p := &v.parts[i]
		if i+1 == number {
			return byteRange{start, p.size}, p, nil
		}
		start += p.size
	}
	return byteRange{}, nil, wire.Fail(416, "InvalidPartNumber", "The requested partnumber is not satisfiable",
		wire.Field("PartNumberRequested", strconv.Itoa(number)), wire.Field("ActualPartCount", strconv.Itoa(max(1, len(v.parts)))))
}

func (w writeConditions) any() bool { return w.match != "" || w.absent }

// writeConditions reads the preconditions before the body is received. The
// client learns about the present object by them, which If-Match wants the
// permission to read for.
func (c *Call) writeConditions() (writeConditions, error) {
	match, noneMatch := c.r.Header.Get("If-Match"), c.r.Header.Get("If-None-Match")
	w := writeConditions{match: unquoted(match), absent: noneMatch != ""}
	switch {
	case match == "*" || match != "" && noneMatch != "":
		return w, unsupportedHeader("If-Match")
	case noneMatch != "" && noneMatch != "*":
		return w, unsupportedHeader("If-None-Match")
	case match != "":
		if err := c.authorize("s3:GetObject", c.target()); err != nil {
			return w, err
		}
	}
	w.seen = c.bucket.current(c.key)
	return w, nil
}

func (b *bucket) current(key string) *version {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.objects.Get(key).current()
}

// check is called with the bucket's lock held, right before the object is
// stored. A deletion while the request was under way is a conflict, even when
// the condition holds now.
func (w writeConditions) check(b *bucket, key string) error {
	current := b.objects.Get(key).current()
	switch {
	case !w.any():
		return nil
	case w.seen != nil && current == nil:
		return wire.Fail(409, "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation against this resource.",
			wire.Field("Condition", w.header()), wire.Field("Key", key))
	case w.absent && current != nil:
		return wire.PreconditionFailed(w.header())
	case w.match != "" && current == nil:
		return wire.NoSuchKey(key)
	case w.match != "" && current.etag != w.match:
		return wire.PreconditionFailed(w.header())
	}
	return nil
}

func (w writeConditions) header() string {
	if w.absent {
		return "If-None-Match"
	}
	return "If-Match"
}

// readConditions are the preconditions of a request that reads an object, by
// the headers of which prefix is the beginning.
type readConditions struct {
	header http.Header
	prefix string
}

// failed answers the header whose condition v does not meet, "" when it meets
// all, and whether that means that the client has the object already.
func (r readConditions) failed(v *version) (name string, notModified bool) {
	get := func(name string) string { return r.header.Get(r.prefix + name) }
	matches := func(condition string) bool { return condition == "*" || unquoted(condition) == v.etag }
	modifiedAfter := func(text string, otherwise bool) bool {
		at, err := http.ParseTime(text)
		if err != nil {
			return otherwise
		}
		return v.modified.After(at.Truncate(time.Second))
	}
	if match := get("If-Match"); match != "" {
		if !matches(match) {
			return r.prefix + "If-Match", false
		}
	} else if since := get("If-Unmodified-Since"); since != "" && modifiedAfter(since, false) {
		return r.prefix + "If-Unmodified-Since", false
	}
	if noneMatch := get("If-None-Match"); noneMatch != "" {
		if matches(noneMatch) {
			return r.prefix + "If-None-Match", true
		}
	} else if since := get("If-Modified-Since"); since != "" && !modifiedAfter(since, true) {
		return r.prefix + "If-Modified-Since", true
	}
	return "", false
}
