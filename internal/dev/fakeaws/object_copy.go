package fakeaws

import (
	"cmp"
	"encoding/xml"
	"io"
	"maps"
	"net/url"
	"strings"
)

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

func (c *call) copyObject() error {
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
		return invalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
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
		return notImplemented("the checksum algorithm " + c.r.Header.Get("X-Amz-Checksum-Algorithm"))
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
	return c.writeXML(copyResult{xml.Name{Space: s3Namespace, Local: "CopyObjectResult"}, v.modified.Format(xmlTime), quoted(v.etag), v.checksum.typed()})
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
func (c *call) directive(header string) (replace bool, err error) {
	switch value := c.r.Header.Get(header); value {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, invalidArgument(strings.ToLower(header), value, "Unknown directive.")
	}
}

func (c *call) checkSelfCopy(source copySource, v *version) error {
	if source.bucket == c.bucket && source.key == c.key && source.versionID == nil &&
		v.storageClass == source.version.storageClass && v.encryption == source.version.encryption {
		return invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	return nil
}

// copyTags brings the source's tags along unless they are replaced, with the
// permissions to read them there and to set them here.
func (c *call) copyTags(source copySource, v *version) error {
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
	if err := c.authorizeOn(source.bucket, action, objectARN(source.bucket.name, source.key), nil); err != nil {
		return err
	}
	return c.authorize("s3:PutObjectTagging", c.target())
}

// findCopySource finds the version that X-Amz-Copy-Source names, if the caller
// may read it and it meets the request's conditions.
func (c *call) findCopySource() (copySource, error) {
	source, err := c.parseCopySource()
	if err != nil {
		return source, err
	}
	action := "s3:GetObject"
	if source.versionID != nil {
		action = "s3:GetObjectVersion"
	}
	if err := c.authorizeOn(source.bucket, action, objectARN(source.bucket.name, source.key), nil); err != nil {
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
		return source, preconditionFailed(strings.ToLower(condition))
	}
	return source, nil
}

// parseCopySource reads "[/]bucket/key[?versionId=id]", where bucket and key
// are encoded as in a query: a "+" is a space.
func (c *call) parseCopySource() (copySource, error) {
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
		return source, invalidArgument("x-amz-copy-source", header, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}
	source.key = key
	source.bucket = c.s.store.get(bucketName)
	if source.bucket == nil {
		return source, noSuchBucket(bucketName)
	}
	return source, c.checkOwner(source.bucket, "X-Amz-Source-Expected-Bucket-Owner")
}

func (c *call) sourceVersionHeader(source copySource) {
	source.bucket.mu.RLock()
	defer source.bucket.mu.RUnlock()
	if source.bucket.versioning != "" {
		c.w.Header().Set("X-Amz-Copy-Source-Version-Id", source.version.id)
	}
}
