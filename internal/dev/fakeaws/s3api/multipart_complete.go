package s3api

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
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
	Key      wire.Name
	ETag     string
	typedChecksum
}

func (c *Call) completeMultipartUpload() error {
	conditions, err := c.writeConditions()
	if err != nil {
		return err
	}
	// A checksum in the headers is the object's, not the body's.
	var body bytes.Buffer
	if _, err := io.Copy(&body, io.LimitReader(c.body, wire.MaxDocument)); err != nil {
		return err
	}
	var request completeMultipartUpload
	if err := wire.Decode(body.Bytes(), &request); err != nil || len(request.Parts) == 0 || len(request.Parts) > maxParts {
		return wire.MalformedXML()
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
		Location: c.s.opts.Endpoint + "/" + c.bucketName + "/" + string(appendURL(nil, c.key)), Bucket: c.bucketName, Key: wire.Name(c.key),
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
func (c *Call) chooseParts(u *upload, listed []completedPart) ([]chosenPart, error) {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	if !ascending(listed) {
		return nil, wire.Fail(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.", wire.Field("UploadId", u.id))
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
			return nil, wire.Fail(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
				wire.Field("ProposedSize", strconv.FormatInt(p.size, 10)), wire.Field("MinSizeAllowed", strconv.Itoa(minPart)),
				wire.Field("PartNumber", strconv.Itoa(l.PartNumber)), wire.Field("ETag", p.etag()))
		}
		if u.algorithm != "" && u.kind == composite && l.PartNumber != i+1 {
			// This is how S3 refuses gaps in an upload with checksums of parts.
			return nil, wire.Fail(500, "InternalError", "We encountered an internal error. Please try again. (The part numbers are not consecutive from 1.)")
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
	return wire.Fail(400, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
		wire.Field("UploadId", u.id), wire.Field("PartNumber", strconv.Itoa(l.PartNumber)), wire.Field("ETag", unquoted(l.ETag)))
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
		return wire.InvalidRequest(fmt.Sprintf("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.", strings.ToLower(u.algorithm), l.PartNumber))
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
func (c *Call) checkCompletion(u *upload, v *version) error {
	h := c.r.Header
	if size := h.Get("X-Amz-Mp-Object-Size"); size != "" && size != strconv.FormatInt(v.size, 10) {
		return wire.InvalidRequest("The provided 'x-amz-mp-object-size' header value " + size + " does not match what was computed: " + strconv.FormatInt(v.size, 10))
	}
	if kind := h.Get("X-Amz-Checksum-Type"); kind != "" && kind != u.kind {
		return wire.InvalidRequest("The upload was created using the " + u.kind + " checksum mode. The complete request must use the same checksum mode.")
	}
	named, err := c.namedChecksum()
	if err != nil || named == "" {
		return err
	}
	want := h.Get(checksumHeader(named))
	if named != v.checksum.algorithm || want != v.checksum.value && want+"-"+strconv.Itoa(len(v.parts)) != v.checksum.value {
		return wire.Fail(400, "BadDigest", "The "+named+" you specified did not match the calculated checksum.")
	}
	return nil
}

// joinedParts is the body of a multipart object.
type joinedParts struct {
	bodies []io.ReaderAt
	starts []int64
	size   int64
}

func (j *joinedParts) add(body io.ReaderAt, size int64) {
	if size == 0 {
		return
	}
	j.bodies = append(j.bodies, body)
	j.starts = append(j.starts, j.size)
	j.size += size
}

// ReadAt implements io.ReaderAt.
func (j *joinedParts) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	n := 0
	for n < len(p) && off < j.size {
		i := sort.Search(len(j.starts), func(i int) bool { return j.starts[i] > off }) - 1
		end := j.size
		if i+1 < len(j.starts) {
			end = j.starts[i+1]
		}
		want := min(int64(len(p)-n), end-off)
		got, err := j.bodies[i].ReadAt(p[n:n+int(want)], off-j.starts[i])
		n += got
		off += int64(got)
		if int64(got) < want {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
