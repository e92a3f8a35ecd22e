package fakeaws

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	minPart  = 5 << 20 // of all parts but the last
	maxParts = 10000
)

// upload is a multipart upload under way. Its parts are guarded by the lock of
// the bucket; the rest never changes.
type upload struct {
	id, key   string
	initiated time.Time
	initiator string   // account id
	object    *version // what the headers said of the object to be
	algorithm string   // of the parts' checksums, "" when the client named none
	kind      string   // of the object's checksum
	seen      *version // the current version of the key when the upload began
	parts     map[int]uploadedPart
}

type uploadedPart struct {
	payload
	modified time.Time
}

type initiateMultipartUploadResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
	Bucket   string
	Key      name
	UploadID string `xml:"UploadId"`
}

func (c *call) createMultipartUpload() error {
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	if err := c.useKey(c.bucket, v.encryption, "kms:Decrypt"); err != nil {
		return err
	}
	algorithm, kind, err := requestedPartChecksum(c.r.Header)
	if err != nil {
		return err
	}
	u := &upload{
		id: newUploadID(), key: c.key, initiated: c.now.UTC().Truncate(time.Second), initiator: c.caller.Principal.AccountID, object: v,
		algorithm: algorithm, kind: kind, seen: c.bucket.current(c.key), parts: map[int]uploadedPart{},
	}
	if err := c.bucket.lock(); err != nil {
		return err
	}
	c.bucket.uploads[u.id] = u
	c.bucket.mu.Unlock()
	h := c.w.Header()
	v.encryption.setHeaders(h, c.bucket)
	if algorithm != "" {
		h.Set("X-Amz-Checksum-Algorithm", algorithm)
		h.Set("X-Amz-Checksum-Type", kind)
	}
	return c.writeXML(initiateMultipartUploadResult{Bucket: c.bucketName, Key: name(c.key), UploadID: u.id})
}

// requestedPartChecksum is the algorithm and kind that a new upload asks for.
// Without one S3 computes the default over the whole object.
func requestedPartChecksum(h http.Header) (algorithm, kind string, err error) {
	asked, kind := h.Get("X-Amz-Checksum-Algorithm"), h.Get("X-Amz-Checksum-Type")
	if asked == "" {
		if kind != "" {
			return "", "", invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return "", fullObject, nil
	}
	a := findChecksum(asked)
	switch {
	case a == nil:
		return "", "", notImplemented("the checksum algorithm " + asked)
	case kind == "":
		return a.name, a.kinds[0], nil
	case !slices.Contains(a.kinds, kind):
		return "", "", invalidRequest("The " + kind + " checksum type cannot be used with the " + strings.ToLower(a.name) + " checksum algorithm.")
	}
	return a.name, kind, nil
}

// findUpload gives the upload that the request names. The caller holds the
// bucket's lock.
func (c *call) findUpload() (*upload, error) {
	id := c.query.Get("uploadId")
	u := c.bucket.uploads[id]
	if u == nil || u.key != c.key {
		return nil, fail(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", field("UploadId", id))
	}
	return u, nil
}

func (c *call) readUpload() (*upload, error) {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	return c.findUpload()
}

func (c *call) abortMultipartUpload() error {
	if err := c.bucket.lock(); err != nil {
		return err
	}
	defer c.bucket.mu.Unlock()
	u, err := c.findUpload()
	if err != nil {
		return err
	}
	delete(c.bucket.uploads, u.id)
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func partNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxParts {
		return 0, invalidArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}
