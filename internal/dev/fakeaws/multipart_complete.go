package fakeaws

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

type completeMultipartUpload struct {
	XMLName xml.Name        `xml:"CompleteMultipartUpload"`
	Parts   []completedPart `xml:"Part"`
}

type completedPart struct {
	PartNumber int
	ETag       string
	checksumElements
}

type completeMultipartUploadResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location string
	Bucket   string
	Key      name
	ETag     string
	typedChecksum
}

func (c *call) completeMultipartUpload() error {
	conditions, err := c.writeConditions()
	if err != nil {
		return err
	}
	// A checksum in the headers is the object's, not the body's.
	var body bytes.Buffer
	if _, err := io.Copy(&body, io.LimitReader(c.body, maxDocument)); err != nil {
		return err
	}
	var request completeMultipartUpload
	if err := decodeXML(body.Bytes(), &request); err != nil || len(request.Parts) == 0 || len(request.Parts) > maxParts {
		return malformedXML()
	}
	u, err := c.readUpload()
	if err != nil {
		return err
	}
	conditions.seen = u.seen
	parts, err := c.chooseParts(u, request.Parts)
	if err != nil {
		return err
	}
	v, err := u.assemble(parts)
	if err != nil {
		return err
	}
	if err := c.checkCompletion(u, v); err != nil {
		return err
	}
	v.modified = c.now.UTC().Truncate(time.Second)
	if err := c.store(v, conditions, u); err != nil {
		return err
	}
	return c.writeXML(completeMultipartUploadResult{
		Location: c.s.opts.Endpoint + "/" + c.bucketName + "/" + string(appendURL(nil, c.key)), Bucket: c.bucketName, Key: name(c.key),
		ETag: quoted(v.etag), typedChecksum: v.checksum.typed(),
	})
}

// chosenPart is a part of the object to be.
type chosenPart struct {
	number int
	uploadedPart
}

// chooseParts finds the parts that the client lists, which may leave out some
// of those it uploaded.
func (c *call) chooseParts(u *upload, listed []completedPart) ([]chosenPart, error) {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	if !ascending(listed) {
		return nil, fail(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.", field("UploadId", u.id))
	}
	var parts []chosenPart
	for i, l := range listed {
		p, ok := u.parts[l.PartNumber]
		if !ok || unquoted(l.ETag) != p.etag() {
			return nil, u.invalidPart(l)
		}
		if err := u.compareListed(l, p.checksum); err != nil {
			return nil, err
		}
		if i < len(listed)-1 && p.size < minPart {
			return nil, fail(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
				field("ProposedSize", strconv.FormatInt(p.size, 10)), field("MinSizeAllowed", strconv.Itoa(minPart)),
				field("PartNumber", strconv.Itoa(l.PartNumber)), field("ETag", p.etag()))
		}
		if u.algorithm != "" && u.kind == composite && l.PartNumber != i+1 {
			// This is how S3 refuses gaps in an upload with checksums of parts.
			return nil, fail(500, "InternalError", "We encountered an internal error. Please try again. (The part numbers are not consecutive from 1.)")
		}
		parts = append(parts, chosenPart{l.PartNumber, p})
	}
	return parts, nil
}

func ascending(parts []completedPart) bool {
	for i := 1; i < len(parts); i++ {
		if parts[i].PartNumber <= parts[i-1].PartNumber {
			return false
		}
	}
	return true
}

func (u *upload) invalidPart(l completedPart) error {
	return fail(400, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
		field("UploadId", u.id), field("PartNumber", strconv.Itoa(l.PartNumber)), field("ETag", unquoted(l.ETag)))
}

// compareListed compares the checksum that the client lists for a part. Where
// the object's checksum is made of those of the parts, it must list them.
func (u *upload) compareListed(l completedPart, got checksum) error {
	if u.algorithm == "" {
		return nil
	}
	want := *l.value(u.algorithm)
	switch {
	case want == "" && u.kind == composite:
		return invalidRequest(fmt.Sprintf("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.", strings.ToLower(u.algorithm), l.PartNumber))
	case want != "" && (got.algorithm != u.algorithm || want != got.value):
		return u.invalidPart(l)
	}
	return nil
}

// assemble makes the object of its parts.
func (u *upload) assemble(parts []chosenPart) (*version, error) {
	v := *u.object
	var joined joinedParts
	etags := md5.New()
	for _, p := range parts {
		joined.add(p.body, p.size)
		etags.Write(p.md5)
		own := ""
		if u.algorithm != "" && p.checksum.algorithm == u.algorithm {
			own = p.checksum.value
		}
		v.parts = append(v.parts, part{p.number, p.size, own})
	}
	v.body, v.size = &joined, joined.size
	v.etag = hex.EncodeToString(etags.Sum(nil)) + "-" + strconv.Itoa(len(parts))
	var err error
	v.checksum, err = u.checksum(parts, &joined)
	return &v, err
}

func (u *upload) checksum(parts []chosenPart, body *joinedParts) (checksum, error) {
	algorithm := findChecksum(defaultChecksum)
	if u.algorithm != "" {
		algorithm = findChecksum(u.algorithm)
	}
	if u.kind == fullObject {
		p, err := readAgain(body, byteRange{0, body.size}, algorithm.name)
		if err != nil {
			return checksum{}, err
		}
		return p.checksum, nil
	}
	sum := algorithm.new()
	for _, p := range parts {
		raw, err := base64.StdEncoding.DecodeString(p.checksum.value)
		if err != nil {
			return checksum{}, err
		}
		sum.Write(raw)
	}
	return checksum{algorithm.name, composite, base64.StdEncoding.EncodeToString(sum.Sum(nil)) + "-" + strconv.Itoa(len(parts))}, nil
}

// checkCompletion compares what the headers say of the whole object.
func (c *call) checkCompletion(u *upload, v *version) error {
	h := c.r.Header
	if size := h.Get("X-Amz-Mp-Object-Size"); size != "" && size != strconv.FormatInt(v.size, 10) {
		return invalidRequest("The provided 'x-amz-mp-object-size' header value " + size + " does not match what was computed: " + strconv.FormatInt(v.size, 10))
	}
	if kind := h.Get("X-Amz-Checksum-Type"); kind != "" && kind != u.kind {
		return invalidRequest("The upload was created using the " + u.kind + " checksum mode. The complete request must use the same checksum mode.")
	}
	named, err := c.namedChecksum()
	if err != nil || named == "" {
		return err
	}
	want := h.Get(checksumHeader(named))
	if named != v.checksum.algorithm || want != v.checksum.value && want+"-"+strconv.Itoa(len(v.parts)) != v.checksum.value {
		return fail(400, "BadDigest", "The "+named+" you specified did not match the calculated checksum.")
	}
	return nil
}
