package s3api

import (
	"cmp"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
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
func (c *Call) newVersion() (*version, error) {
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
		return nil, wire.Fail(400, "InvalidStorageClass", "The storage class you specified is not valid", wire.Field("StorageClassRequested", v.storageClass))
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

func (c *Call) checkNewKey() error {
	if len(c.key) > maxKey {
		return wire.Fail(400, "KeyTooLongError", "Your key is too long", wire.Field("Size", strconv.Itoa(len(c.key))), wire.Field("MaxSizeAllowed", strconv.Itoa(maxKey)))
	}
	if !utf8.ValidString(c.key) {
		return wire.Fail(400, "InvalidURI", "Couldn't parse the specified URI.", wire.Field("URI", c.key))
	}
	return nil
}

// checkACL takes no ACL but the one that every object has anyhow.
func (c *Call) checkACL() error {
	asked := c.r.Header.Get("X-Amz-Acl")
	grants := false
	for name := range c.r.Header {
		grants = grants || strings.HasPrefix(name, "X-Amz-Grant-")
	}
	switch {
	case !grants && (asked == "" || asked == "bucket-owner-full-control"):
		return nil
	case c.bucket.refusesACLs():
		return wire.Fail(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	case !grants && asked == "private":
		return nil
	}
	return wire.NotImplemented("ACLs of objects")
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
		return nil, wire.Fail(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size",
			wire.Field("Size", strconv.Itoa(size)), wire.Field("MaxSizeAllowed", strconv.Itoa(maxMetadata)))
	}
	return meta, nil
}

func (c *Call) putObject() error {
	conditions, err := c.writeConditions()
	if err != nil {
		return err
	}
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	p, err := c.storeBody()
	if err != nil {
		return err
	}
	v.body, v.size, v.checksum = p.body, p.size, p.checksum
	v.etag = v.encryption.etag(p)
	if err := c.store(v, conditions, nil); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("ETag", quoted(v.etag))
	v.checksum.setHeaders(h)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// store makes v the current version of the request's key, if the conditions
// hold, and names it and its encryption in the answer's headers. An upload
// that v was made of ends with it, unless it has ended before.
func (c *Call) store(v *version, conditions writeConditions, of *upload) error {
	b := c.bucket
	if err := b.lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	if of != nil {
		if _, err := c.findUpload(); err != nil {
			return err
		}
	}
	if err := conditions.check(b, c.key); err != nil {
		return err
	}
	b.put(c.key, v)
	if of != nil {
		delete(b.uploads, of.id)
	}
	if b.versioning == "Enabled" {
		c.w.Header().Set("X-Amz-Version-Id", v.id)
	}
	v.encryption.setHeaders(c.w.Header(), b)
	return nil
}

// requestedTags reads the tags of a new object from its header.
func (c *Call) requestedTags() ([]documents.Tag, error) {
	header := c.r.Header.Get("X-Amz-Tagging")
	if header == "" {
		return nil, nil
	}
	if err := c.authorize("s3:PutObjectTagging", c.target()); err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(header)
	if err != nil {
		return nil, badTagging(header)
	}
	var tags []documents.Tag
	for key, values := range query {
		if len(values) > 1 {
			return nil, badTagging(header)
		}
		tags = append(tags, documents.Tag{Key: key, Value: values[0]})
	}
	slices.SortFunc(tags, func(a, b documents.Tag) int { return strings.Compare(a.Key, b.Key) })
	return tags, documents.CheckTags(tags, "Object", documents.MaxObjectTags)
}

func badTagging(header string) error {
	return wire.InvalidArgument("x-amz-tagging", header, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
}

func (c *Call) getObjectTagging() error {
	v, err := c.locate(c.bucket, c.key, c.versionID())
	if err != nil {
		return err
	}
	c.versionHeader(c.bucket, v)
	body, err := wire.Canonical("Tagging", documents.Tagging{TagSet: &documents.TagSet{Tag: v.tags}})
	if err != nil {
		return err
	}
	c.writeDocument("application/xml", body)
	return nil
}

func (c *Call) putObjectTagging() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var document documents.Tagging
	if err := c.readConfiguration("Tagging", &document); err != nil {
		return err
	}
	tags, err := document.Tags("Object", documents.MaxObjectTags)
	if err != nil {
		return err
	}
	return c.setObjectTags(tags, http.StatusOK)
}

func (c *Call) deleteObjectTagging() error { return c.setObjectTags(nil, http.StatusNoContent) }

func (c *Call) setObjectTags(tags []documents.Tag, status int) error {
	return c.amend(func(v *version) (int, error) {
		v.tags = tags
		return status, nil
	})
}

// copySource is what a copy reads.
type copySource struct {
	bucket    *bucket
	key       string
	versionID *string
	version   *version
}

type copyResult struct {
	XMLName      xml.Name
	LastModified string
	ETag         string
	typedChecksum
}

func (c *Call) copyObject() error {
	conditions, err := c.writeConditions()
	if err != nil {
		return err
	}
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	source, err := c.findCopySource()
	if err != nil {
		return err
	}
	from := source.version
	if from.size > maxPut {
		return wire.InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
	}
	replaced, err := c.directive("X-Amz-Metadata-Directive")
	if err != nil {
		return err
	}
	if !replaced {
		if err := c.checkSelfCopy(source, v); err != nil {
			return err
		}
		v.headers, v.meta = maps.Clone(from.headers), maps.Clone(from.meta)
	}
	if err := c.copyTags(source, v); err != nil {
		return err
	}
	algorithm := findChecksum(cmp.Or(c.r.Header.Get("X-Amz-Checksum-Algorithm"), from.checksum.algorithm, defaultChecksum))
	if algorithm == nil {
		return wire.NotImplemented("the checksum algorithm " + c.r.Header.Get("X-Amz-Checksum-Algorithm"))
	}
	p, err := readAgain(from.body, byteRange{0, from.size}, algorithm.name)
	if err != nil {
		return err
	}
	v.body, v.size, v.checksum, v.etag = p.body, p.size, p.checksum, v.encryption.etag(p)
	if err := c.store(v, conditions, nil); err != nil {
		return err
	}
	c.sourceVersionHeader(source)
	return c.writeXML(copyResult{xml.Name{Space: wire.Namespace, Local: "CopyObjectResult"}, v.modified.Format(wire.TimeFormat), quoted(v.etag), v.checksum.typed()})
}

// readAgain takes part of a stored body as the payload of a new object.
func readAgain(body io.ReaderAt, r byteRange, algorithm string) (*payload, error) {
	d := newDigests(algorithm)
	if _, err := io.Copy(d, io.NewSectionReader(body, r.start, r.length)); err != nil {
		return nil, err
	}
	return &payload{body: io.NewSectionReader(body, r.start, r.length), size: r.length, md5: d.md5.Sum(nil), checksum: d.checksum()}, nil
}

// directive tells whether the request replaces what it could copy.
func (c *Call) directive(header string) (replace bool, err error) {
	switch value := c.r.Header.Get(header); value {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, wire.InvalidArgument(strings.ToLower(header), value, "Unknown directive.")
	}
}

func (c *Call) checkSelfCopy(source copySource, v *version) error {
	if source.bucket == c.bucket && source.key == c.key && source.versionID == nil &&
		v.storageClass == source.version.storageClass && v.encryption == source.version.encryption {
		return wire.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	return nil
}

// copyTags brings the source's tags along unless they are replaced, with the
// permissions to read them there and to set them here.
func (c *Call) copyTags(source copySource, v *version) error {
	replaced, err := c.directive("X-Amz-Tagging-Directive")
	if err != nil || replaced {
		return err
	}
	v.tags = source.version.tags
	if len(v.tags) == 0 {
		return nil
	}
	action := "s3:GetObjectTagging"
	if source.versionID != nil {
		action = "s3:GetObjectVersionTagging"
	}
	if err := c.authorizeOn(source.bucket, action, wire.ObjectARN(source.bucket.name, source.key), nil); err != nil {
		return err
	}
	return c.authorize("s3:PutObjectTagging", c.target())
}

// findCopySource finds the version that X-Amz-Copy-Source names, if the caller
// may read it and it meets the request's conditions.
func (c *Call) findCopySource() (copySource, error) {
	source, err := c.parseCopySource()
	if err != nil {
		return source, err
	}
	action := "s3:GetObject"
	if source.versionID != nil {
		action = "s3:GetObjectVersion"
	}
	if err := c.authorizeOn(source.bucket, action, wire.ObjectARN(source.bucket.name, source.key), nil); err != nil {
		return source, err
	}
	v, err := c.locate(source.bucket, source.key, source.versionID)
	if err != nil {
		return source, err
	}
	source.version = v
	if v.archived(c.now) {
		return source, invalidObjectState(v)
	}
	if err := c.useKey(source.bucket, v.encryption, "kms:Decrypt"); err != nil {
		return source, err
	}
	if condition, _ := (readConditions{c.r.Header, "X-Amz-Copy-Source-"}).failed(v); condition != "" {
		return source, wire.PreconditionFailed(strings.ToLower(condition))
	}
	return source, nil
}

// parseCopySource reads "[/]bucket/key[?versionId=id]", where bucket and key
// are encoded as in a query: a "+" is a space.
func (c *Call) parseCopySource() (copySource, error) {
	header := c.r.Header.Get("X-Amz-Copy-Source")
	var source copySource
	path, id, hasID := strings.Cut(header, "?versionId=")
	id, idErr := url.QueryUnescape(id)
	if hasID {
		source.versionID = &id
	}
	plain, err := url.QueryUnescape(strings.TrimPrefix(path, "/"))
	bucketName, key, _ := strings.Cut(plain, "/")
	if err != nil || idErr != nil || bucketName == "" || key == "" {
		return source, wire.InvalidArgument("x-amz-copy-source", header, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}
	source.key = key
	source.bucket = c.s.store.get(bucketName)
	if source.bucket == nil {
		return source, wire.NoSuchBucket(bucketName)
	}
	return source, c.checkOwner(source.bucket, "X-Amz-Source-Expected-Bucket-Owner")
}

func (c *Call) sourceVersionHeader(source copySource) {
	source.bucket.mu.RLock()
	defer source.bucket.mu.RUnlock()
	if source.bucket.versioning != "" {
		c.w.Header().Set("X-Amz-Copy-Source-Version-Id", source.version.id)
	}
}

// writeConditions are the preconditions of a request that makes an object.
type writeConditions struct {
	match  string   // etag that the current version must have, "" for none
	absent bool     // there must be no current version
	seen   *version // the current one when the request began
}

func unsupportedHeader(name string) *wire.Error {
	return wire.Fail(501, "NotImplemented", "A header you provided implies functionality that is not implemented", wire.Field("Header", name))
}
