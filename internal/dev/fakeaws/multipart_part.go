package fakeaws

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"strings"
	"time"
)

func (c *call) uploadPart() error {
	number, u, err := c.findPart()
	if err != nil {
		return err
	}
	named, err := c.namedChecksum()
	if err != nil {
		return err
	}
	if err := u.checkPartChecksum(named); err != nil {
		return err
	}
	p, err := c.storeBody()
	if err != nil {
		return err
	}
	if err := c.addPart(number, *p); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("ETag", quoted(p.etag()))
	u.object.encryption.setHeaders(h, c.bucket)
	h.Set(checksumHeader(p.checksum.algorithm), p.checksum.value)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *call) findPart() (int, *upload, error) {
	number, err := partNumber(c.query.Get("partNumber"))
	if err != nil {
		return 0, nil, err
	}
	u, err := c.readUpload()
	return number, u, err
}

// checkPartChecksum compares the algorithm of a part with the one that the
// upload was created with, if any. A part of an object that has a checksum of
// its own may do without one.
func (u *upload) checkPartChecksum(named string) error {
	if u.algorithm == "" || named == u.algorithm || named == "" && u.kind == fullObject {
		return nil
	}
	return invalidRequest("Checksum Type mismatch occurred, expected checksum Type: " + strings.ToLower(u.algorithm) + ", actual checksum Type: " + cmp.Or(strings.ToLower(named), "null"))
}

// addPart puts a part in place of an earlier one of its number, unless the
// upload has ended meanwhile.
func (c *call) addPart(number int, p payload) error {
	if err := c.bucket.lock(); err != nil {
		return err
	}
	defer c.bucket.mu.Unlock()
	u, err := c.findUpload()
	if err != nil {
		return err
	}
	u.parts[number] = uploadedPart{p, c.now.UTC().Truncate(time.Second)}
	return nil
}

func (c *call) uploadPartCopy() error {
	number, u, err := c.findPart()
	if err != nil {
		return err
	}
	source, err := c.findCopySource()
	if err != nil {
		return err
	}
	r, err := c.copyRange(source.version)
	if err != nil {
		return err
	}
	p, err := readAgain(source.version.body, r, cmp.Or(u.algorithm, defaultChecksum))
	if err != nil {
		return err
	}
	if err := c.addPart(number, *p); err != nil {
		return err
	}
	c.sourceVersionHeader(source)
	u.object.encryption.setHeaders(c.w.Header(), c.bucket)
	result := copyResult{XMLName: xml.Name{Space: s3Namespace, Local: "CopyPartResult"}, LastModified: c.now.UTC().Format(xmlTime), ETag: quoted(p.etag())}
	if u.algorithm != "" {
		result.checksumElements = p.checksum.elements()
	}
	return c.writeXML(result)
}

// copyRange is the part of the source to copy: within it, unlike the ranges
// of GET.
func (c *call) copyRange(v *version) (byteRange, error) {
	header := c.r.Header.Get("X-Amz-Copy-Source-Range")
	r := byteRange{0, v.size}
	if header != "" {
		parsed, err := parseRange(header, v.size)
		if err != nil || parsed == nil || "bytes="+strings.TrimPrefix(strings.SplitN(parsed.contentRange(v.size), "/", 2)[0], "bytes ") != header {
			return r, invalidArgument("x-amz-copy-source-range", header, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
		}
		r = *parsed
	}
	if r.length > maxPut {
		return r, invalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
	}
	return r, nil
}
