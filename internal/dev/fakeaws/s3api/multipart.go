package s3api

import (
	"cmp"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// multipartOperations are told by their query parameters, so that they go
// before the object operations of the same method.
var multipartOperations = []operation{
	{
		name: "CreateMultipartUpload", method: "POST", level: objectLevel, sub: []string{"uploads"}, reads: newObjectReads,
		action: "s3:PutObject", do: (*Call).createMultipartUpload,
	},
	{
		name: "UploadPartCopy", method: "PUT", level: objectLevel, sub: []string{"partNumber", "uploadId"}, header: "X-Amz-Copy-Source",
		reads: append([]string{"x-amz-copy-source-range"}, copySourceReads...), action: "s3:PutObject", do: (*Call).uploadPartCopy,
	},
	{
		name: "UploadPart", method: "PUT", level: objectLevel, sub: []string{"partNumber", "uploadId"},
		action: "s3:PutObject", do: (*Call).uploadPart,
	},
	{
		name: "CompleteMultipartUpload", method: "POST", level: objectLevel, sub: []string{"uploadId"}, reads: []string{"x-amz-mp-object-size"},
		action: "s3:PutObject", do: (*Call).completeMultipartUpload,
	},
	{
		name: "AbortMultipartUpload", method: "DELETE", level: objectLevel, sub: []string{"uploadId"},
		action: "s3:AbortMultipartUpload", do: (*Call).abortMultipartUpload,
	},
	{
		name: "ListParts", method: "GET", level: objectLevel, sub: []string{"uploadId"}, params: []string{"max-parts", "part-number-marker"},
		action: "s3:ListMultipartUploadParts", do: (*Call).listParts,
	},
}

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
	Key      wire.Name
	UploadID string `xml:"UploadId"`
}

func (c *Call) createMultipartUpload() error {
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
		id: wire.NewUploadID(), key: c.key, initiated: c.now.UTC().Truncate(time.Second), initiator: c.caller.Principal.AccountID, object: v,
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
	return c.writeXML(initiateMultipartUploadResult{Bucket: c.bucketName, Key: wire.Name(c.key), UploadID: u.id})
}

// requestedPartChecksum is the algorithm and kind that a new upload asks for.
// Without one S3 computes the default over the whole object.
func requestedPartChecksum(h http.Header) (algorithm, kind string, err error) {
	asked, kind := h.Get("X-Amz-Checksum-Algorithm"), h.Get("X-Amz-Checksum-Type")
	if asked == "" {
		if kind != "" {
			return "", "", wire.InvalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return "", fullObject, nil
	}
	a := findChecksum(asked)
	switch {
	case a == nil:
		return "", "", wire.NotImplemented("the checksum algorithm " + asked)
	case kind == "":
		return a.name, a.kinds[0], nil
	case !slices.Contains(a.kinds, kind):
		return "", "", wire.InvalidRequest("The " + kind + " checksum type cannot be used with the " + strings.ToLower(a.name) + " checksum algorithm.")
	}
	return a.name, kind, nil
}

// findUpload gives the upload that the request names. The caller holds the
// bucket's lock.
func (c *Call) findUpload() (*upload, error) {
	id := c.query.Get("uploadId")
	u := c.bucket.uploads[id]
	if u == nil || u.key != c.key {
		return nil, wire.Fail(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", wire.Field("UploadId", id))
	}
	return u, nil
}

func (c *Call) readUpload() (*upload, error) {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	return c.findUpload()
}

func (c *Call) abortMultipartUpload() error {
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
		return 0, wire.InvalidArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}

func (c *Call) uploadPart() error {
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

func (c *Call) findPart() (int, *upload, error) {
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
	return wire.InvalidRequest("Checksum Type mismatch occurred, expected checksum Type: " + strings.ToLower(u.algorithm) + ", actual checksum Type: " + cmp.Or(strings.ToLower(named), "null"))
}

// addPart puts a part in place of an earlier one of its number, unless the
// upload has ended meanwhile.
func (c *Call) addPart(number int, p payload) error {
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

func (c *Call) uploadPartCopy() error {
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
	result := copyResult{XMLName: xml.Name{Space: wire.Namespace, Local: "CopyPartResult"}, LastModified: c.now.UTC().Format(wire.TimeFormat), ETag: quoted(p.etag())}
	if u.algorithm != "" {
		result.checksumElements = p.checksum.elements()
	}
	return c.writeXML(result)
}

// copyRange is the part of the source to copy: within it, unlike the ranges
// of GET.
func (c *Call) copyRange(v *version) (byteRange, error) {
	header := c.r.Header.Get("X-Amz-Copy-Source-Range")
	r := byteRange{0, v.size}
	if header != "" {
		parsed, err := parseRange(header, v.size)
		if err != nil || parsed == nil || "bytes="+strings.TrimPrefix(strings.SplitN(parsed.contentRange(v.size), "/", 2)[0], "bytes ") != header {
			return r, wire.InvalidArgument("x-amz-copy-source-range", header, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
		}
		r = *parsed
	}
	if r.length > maxPut {
		return r, wire.InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
	}
	return r, nil
}

type listPartsResult struct {
	XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
	Bucket               string
	Key                  wire.Name
	UploadID             string `xml:"UploadId"`
	Initiator            owner
	Owner                owner
	StorageClass         string
	ChecksumAlgorithm    string `xml:",omitempty"`
	ChecksumType         string `xml:",omitempty"`
	PartNumberMarker     int
	NextPartNumberMarker int
	MaxParts             int
	IsTruncated          bool
	Part                 []partEntry
}

type partEntry struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
	checksumElements
}

func (c *Call) listParts() error {
	limit, err := wholeNumber("max-parts", c.query.Get("max-parts"), maxPage)
	if err != nil {
		return err
	}
	after, err := wholeNumber("part-number-marker", c.query.Get("part-number-marker"), 0)
	if err != nil {
		return err
	}
	result, err := c.partsPage(min(limit, maxPage), after)
	if err != nil {
		return err
	}
	return c.writeXML(result)
}

func (c *Call) partsPage(limit, after int) (*listPartsResult, error) {
	b := c.bucket
	b.mu.RLock()
	defer b.mu.RUnlock()
	u, err := c.findUpload()
	if err != nil {
		return nil, err
	}
	result := &listPartsResult{
		Bucket: b.name, Key: wire.Name(u.key), UploadID: u.id, Initiator: owner{wire.OwnerID(u.initiator)}, Owner: owner{wire.OwnerID(b.owner)},
		StorageClass: u.object.storageClass, PartNumberMarker: after, MaxParts: limit, ChecksumAlgorithm: u.algorithm,
	}
	if u.algorithm != "" {
		result.ChecksumType = u.kind
	}
	for _, number := range slices.Sorted(maps.Keys(u.parts)) {
		if number <= after {
			continue
		}
		if len(result.Part) == limit {
			result.IsTruncated = true
			break
		}
		p := u.parts[number]
		entry := partEntry{PartNumber: number, LastModified: p.modified.Format(wire.TimeFormat), ETag: quoted(p.etag()), Size: p.size}
		if u.algorithm != "" {
			entry.checksumElements = p.checksum.elements()
		}
		result.Part = append(result.Part, entry)
		result.NextPartNumberMarker = number
	}
	return result, nil
}

type listMultipartUploadsResult struct {
	XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
	Bucket             string
	KeyMarker          wire.Name
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      wire.Name
	NextUploadIDMarker string    `xml:"NextUploadIdMarker"`
	Prefix             wire.Name `xml:",omitempty"`
	Delimiter          wire.Name `xml:",omitempty"`
	EncodingType       string    `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Upload             []uploadEntry
	CommonPrefixes     []prefixEntry
}

type uploadEntry struct {
	Key               wire.Name
	UploadID          string `xml:"UploadId"`
	Initiator         owner
	Owner             owner
	StorageClass      string
	Initiated         string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

func (c *Call) listMultipartUploads() error {
	q, err := c.listQuery("max-uploads")
	if err != nil {
		return err
	}
	keyMarker, idMarker := c.query.Get("key-marker"), c.query.Get("upload-id-marker")
	if keyMarker == "" {
		idMarker = "" // as S3 does
	}
	result := listMultipartUploadsResult{
		Bucket: c.bucketName, KeyMarker: q.text(keyMarker), UploadIDMarker: idMarker, Prefix: q.text(q.prefix),
		Delimiter: q.text(q.delimiter), EncodingType: q.encodingType(), MaxUploads: q.page(),
	}
	c.bucket.listUploads(&result, q, keyMarker, idMarker)
	return c.writeXML(result)
}

// listUploads adds the page behind the markers to the result: uploads by key,
// those of one key by id.
func (b *bucket) listUploads(result *listMultipartUploadsResult, q listQuery, keyMarker, idMarker string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	uploads := slices.SortedFunc(maps.Values(b.uploads), func(x, y *upload) int {
		return cmp.Or(strings.Compare(x.key, y.key), strings.Compare(x.id, y.id))
	})
	lastPrefix := ""
	for _, u := range uploads {
		if !strings.HasPrefix(u.key, q.prefix) || u.key < keyMarker || u.key == keyMarker && (idMarker == "" || u.id <= idMarker) {
			continue
		}
		common := commonPrefix(u.key, q)
		if common != "" && (common <= keyMarker || common == lastPrefix) {
			continue
		}
		if len(result.Upload)+len(result.CommonPrefixes) == q.page() {
			result.IsTruncated = q.page() > 0
			break
		}
		if common != "" {
			lastPrefix = common
			result.CommonPrefixes = append(result.CommonPrefixes, prefixEntry{q.text(common)})
			result.NextKeyMarker, result.NextUploadIDMarker = q.text(common), ""
			continue
		}
		result.Upload = append(result.Upload, newUploadEntry(q, u, b.owner))
		result.NextKeyMarker, result.NextUploadIDMarker = q.text(u.key), u.id
	}
}

func newUploadEntry(q listQuery, u *upload, ownerAccount string) uploadEntry {
	entry := uploadEntry{
		Key: q.text(u.key), UploadID: u.id, Initiator: owner{wire.OwnerID(u.initiator)}, Owner: owner{wire.OwnerID(ownerAccount)},
		StorageClass: u.object.storageClass, Initiated: u.initiated.Format(wire.TimeFormat), ChecksumAlgorithm: u.algorithm,
	}
	if u.algorithm != "" {
		entry.ChecksumType = u.kind
	}
	return entry
}
