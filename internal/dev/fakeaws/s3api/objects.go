package s3api

import (
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// nullVersion is the id of a version made while versioning was not enabled.
const nullVersion = "null"

// object is a key with its versions, newest first; there is at least one.
type object struct {
	key      string
	versions []*version
}

// current is the version that requests without a version id see: nil when it
// is a delete marker.
func (o *object) current() *version {
	if o == nil || o.versions[0].marker {
		return nil
	}
	return o.versions[0]
}

// find answers nil when the object has no such version.
func (o *object) find(id string) *version {
	if o == nil {
		return nil
	}
	for _, v := range o.versions {
		if v.id == id {
			return v
		}
	}
	return nil
}

// version is one version of an object, or a delete marker. It is never
// changed once stored, so that it can be read without the bucket's lock: a
// change of tags or of the restore state stores a copy.
type version struct {
	id           string
	marker       bool
	modified     time.Time // whole seconds, UTC
	etag         string    // without quotes
	size         int64
	body         io.ReaderAt
	storageClass string
	headers      map[string]string // content headers, canonical names
	meta         map[string]string // user metadata, lower case, without the prefix
	tags         []documents.Tag
	checksum     checksum
	parts        []part // of a multipart upload
	encryption   encryption
	restore      *restoration
}

// part is one part of a finished multipart upload.
type part struct {
	number   int
	size     int64
	checksum string
}

// restoration is a request to make an archived object readable for a while.
type restoration struct{ ready, until time.Time }

// archived tells whether GET is refused at the time now.
func (v *version) archived(now time.Time) bool {
	if v.storageClass != "GLACIER" && v.storageClass != "DEEP_ARCHIVE" {
		return false
	}
	return v.restore == nil || now.Before(v.restore.ready) || !now.Before(v.restore.until)
}

// put makes v the newest version of key by the bucket's versioning state and
// sets its id. The caller holds the bucket's lock.
func (b *bucket) put(key string, v *version) {
	v.id = nullVersion
	if b.versioning == "Enabled" {
		v.id = wire.NewVersionID()
	}
	old := b.objects.Get(key)
	if old == nil {
		b.objects.Put(&object{key: key, versions: []*version{v}})
		return
	}
	versions := []*version{v}
	for _, o := range old.versions {
		if v.id != nullVersion || o.id != nullVersion {
			versions = append(versions, o)
		}
	}
	b.objects.Put(&object{key: key, versions: versions})
}

// replace stores a changed copy in place of the version of the same id. The
// caller holds the bucket's lock.
func (b *bucket) replace(o *object, v *version) {
	versions := slices.Clone(o.versions)
	for i := range versions {
		if versions[i].id == v.id {
			versions[i] = v
		}
	}
	b.objects.Put(&object{key: o.key, versions: versions})
}

// remove takes one version away for good and answers it, nil when there was
// none. The caller holds the bucket's lock.
func (b *bucket) remove(key, id string) *version {
	o := b.objects.Get(key)
	gone := o.find(id)
	if gone == nil {
		return nil
	}
	if len(o.versions) == 1 {
		b.objects.Delete(key)
		return gone
	}
	b.objects.Put(&object{key: key, versions: slices.DeleteFunc(slices.Clone(o.versions), func(v *version) bool { return v == gone })})
	return gone
}

// newObjectReads are the headers of the operations that make an object.
var newObjectReads = []string{
	"x-amz-acl", "x-amz-grant-", "x-amz-meta-", "x-amz-storage-class", "x-amz-tagging", "x-amz-server-side-encryption",
	"x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-bucket-key-enabled", "x-amz-server-side-encryption-context",
}

var copySourceReads = []string{"x-amz-copy-source", "x-amz-copy-source-if-", "x-amz-source-expected-bucket-owner"}

var readParams = []string{
	"versionId", "partNumber", "response-cache-control", "response-content-disposition", "response-content-encoding",
	"response-content-language", "response-content-type", "response-expires",
}

// objectOperations act on whole objects. Those that a query parameter or a
// header selects come before the plain ones.
// mfaReads is what MFA delete wants. No bucket has it here, so nothing is checked.
var mfaReads = []string{"x-amz-mfa"}

var objectOperations = []operation{
	{
		name: "GetObjectAttributes", method: "GET", level: objectLevel, sub: []string{"attributes"}, params: []string{"versionId"},
		reads:  []string{"x-amz-object-attributes", "x-amz-max-parts", "x-amz-part-number-marker"},
		action: "s3:GetObject", versionAction: "s3:GetObjectVersion", do: (*Call).getObjectAttributes,
	},
	{
		name: "GetObjectTagging", method: "GET", level: objectLevel, sub: []string{"tagging"}, params: []string{"versionId"},
		action: "s3:GetObjectTagging", versionAction: "s3:GetObjectVersionTagging", do: (*Call).getObjectTagging,
	},
	{
		name: "PutObjectTagging", method: "PUT", level: objectLevel, sub: []string{"tagging"}, params: []string{"versionId"},
		action: "s3:PutObjectTagging", versionAction: "s3:PutObjectVersionTagging", do: (*Call).putObjectTagging,
	},
	{
		name: "DeleteObjectTagging", method: "DELETE", level: objectLevel, sub: []string{"tagging"}, params: []string{"versionId"},
		action: "s3:DeleteObjectTagging", versionAction: "s3:DeleteObjectVersionTagging", do: (*Call).deleteObjectTagging,
	},
	{
		name: "RestoreObject", method: "POST", level: objectLevel, sub: []string{"restore"}, params: []string{"versionId"},
		action: "s3:RestoreObject", do: (*Call).restoreObject,
	},
	{
		name: "CopyObject", method: "PUT", level: objectLevel, header: "X-Amz-Copy-Source",
		reads:  slices.Concat(newObjectReads, copySourceReads, []string{"x-amz-metadata-directive", "x-amz-tagging-directive"}),
		action: "s3:PutObject", do: (*Call).copyObject,
	},
	{name: "PutObject", method: "PUT", level: objectLevel, reads: newObjectReads, action: "s3:PutObject", do: (*Call).putObject},
	{
		name: "GetObject", method: "GET", level: objectLevel, params: readParams,
		action: "s3:GetObject", versionAction: "s3:GetObjectVersion", do: (*Call).getObject,
	},
	{
		name: "HeadObject", method: "HEAD", level: objectLevel, params: readParams,
		action: "s3:GetObject", versionAction: "s3:GetObjectVersion", do: (*Call).getObject,
	},
	{
		name: "DeleteObject", method: "DELETE", level: objectLevel, params: []string{"versionId"}, reads: mfaReads,
		action: "s3:DeleteObject", versionAction: "s3:DeleteObjectVersion", do: (*Call).deleteObject,
	},
	// Every key is authorised on its own.
	{name: "DeleteObjects", method: "POST", level: bucketLevel, sub: []string{"delete"}, reads: mfaReads, do: (*Call).deleteObjects},
}

// versionID is the version that the request asks for; nil stands for the
// current one.
func (c *Call) versionID() *string {
	if !c.query.Has("versionId") {
		return nil
	}
	id := c.query.Get("versionId")
	return &id
}

// checkVersionID refuses what no version can be called.
func checkVersionID(id string) error {
	if id == "" {
		return wire.InvalidArgument("versionId", id, "Version id cannot be the empty string")
	}
	if raw, err := base64.RawURLEncoding.DecodeString(id); id != nullVersion && (err != nil || len(raw) != wire.VersionIDBytes) {
		return wire.InvalidArgument("versionId", id, "Invalid version id specified")
	}
	return nil
}

// locate finds a version to read, the current one when id is nil. Only who may
// list the bucket learns that there is none.
func (c *Call) locate(b *bucket, key string, id *string) (*version, error) {
	if id != nil {
		if err := checkVersionID(*id); err != nil {
			return nil, err
		}
	}
	b.mu.RLock()
	o := b.objects.Get(key)
	b.mu.RUnlock()
	switch {
	case o == nil && id == nil:
		return nil, c.absent(b, wire.NoSuchKey(key))
	case id == nil && o.current() == nil:
		e := wire.NoSuchKey(key)
		e.Header = map[string]string{"X-Amz-Delete-Marker": "true", "X-Amz-Version-Id": o.versions[0].id}
		return nil, c.absent(b, e)
	case id == nil:
		return o.current(), nil
	}
	v := o.find(*id)
	if v == nil {
		return nil, c.absent(b, wire.NoSuchVersion(key, *id))
	}
	if v.marker {
		e := wire.Fail(405, "MethodNotAllowed", "The specified method is not allowed against this resource.", wire.Field("Method", c.r.Method), wire.Field("ResourceType", "DeleteMarker"))
		e.Header = map[string]string{
			"X-Amz-Delete-Marker": "true", "X-Amz-Version-Id": v.id, "Allow": http.MethodDelete, "Last-Modified": v.modified.Format(http.TimeFormat),
		}
		return nil, e
	}
	return v, nil
}

// absent is the refusal to read what is not there.
func (c *Call) absent(b *bucket, refusal *wire.Error) error {
	if err := c.authorizeOn(b, "s3:ListBucket", wire.BucketARN(b.name), nil); err != nil {
		return err
	}
	return refusal
}

// versionHeader names the version in the answer, in buckets that have had
// versioning enabled.
func (c *Call) versionHeader(b *bucket, v *version) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.versioning != "" {
		c.w.Header().Set("X-Amz-Version-Id", v.id)
	}
}

// amend stores a changed copy of the version that the request names. change
// answers the status to send.
func (c *Call) amend(change func(*version) (int, error)) error {
	id := c.versionID()
	if _, err := c.locate(c.bucket, c.key, id); err != nil {
		return err
	}
	if err := c.bucket.lock(); err != nil {
		return err
	}
	defer c.bucket.mu.Unlock()
	// It may have gone or changed since.
	o := c.bucket.objects.Get(c.key)
	old := o.current()
	if id != nil {
		old = o.find(*id)
	}
	if old == nil || old.marker {
		return wire.NoSuchKey(c.key)
	}
	changed := *old
	status, err := change(&changed)
	if err != nil {
		return err
	}
	c.bucket.replace(o, &changed)
	if c.bucket.versioning != "" {
		c.w.Header().Set("X-Amz-Version-Id", changed.id)
	}
	c.w.WriteHeader(status)
	return nil
}

func quoted(etag string) string { return `"` + etag + `"` }

func unquoted(etag string) string { return strings.Trim(etag, `"`) }

// encryption is how an object is encrypted, or a new one by default.
type encryption struct {
	Algorithm string // "AES256", "aws:kms" or "aws:kms:dsse"
	KMSKeyID  string // as the configuration or the request names it; "" for the key that AWS manages
	BucketKey bool
}

func (e encryption) usesKMS() bool { return strings.HasPrefix(e.Algorithm, "aws:kms") }

// requestedEncryption is what the headers ask for, or else the bucket's
// default. A key of the customer's is used with the caller's permissions.
func (c *Call) requestedEncryption() (encryption, error) {
	c.bucket.mu.RLock()
	e := c.bucket.encryption
	c.bucket.mu.RUnlock()
	h := c.r.Header
	keyID := h.Get("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id")
	if algorithm := h.Get("X-Amz-Server-Side-Encryption"); algorithm != "" {
		e = encryption{Algorithm: algorithm, KMSKeyID: keyID, BucketKey: e.BucketKey}
	}
	switch e.Algorithm {
	case "AES256", "aws:kms", "aws:kms:dsse":
	default:
		return e, wire.InvalidArgument("x-amz-server-side-encryption", e.Algorithm, "The encryption method specified is not supported")
	}
	if keyID != "" && (!e.usesKMS() || h.Get("X-Amz-Server-Side-Encryption") == "") {
		return e, wire.InvalidArgument("x-amz-server-side-encryption", e.Algorithm, "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms")
	}
	if bucketKey := h.Get("X-Amz-Server-Side-Encryption-Bucket-Key-Enabled"); bucketKey != "" {
		e.BucketKey = strings.EqualFold(bucketKey, "true")
	}
	e.BucketKey = e.BucketKey && e.usesKMS()
	return e, c.useKey(c.bucket, e, "kms:GenerateDataKey")
}

// keyARN is the ARN of the KMS key, in the account and region of the bucket
// unless the key id is an ARN itself.
func (e encryption) keyARN(b *bucket) string {
	switch {
	case strings.HasPrefix(e.KMSKeyID, "arn:"):
		return e.KMSKeyID
	case e.managed():
		// The key that AWS manages has an id like any other: one that tests can tell.
		return "arn:aws:kms:" + b.region + ":" + b.owner + ":key/aws-s3"
	case strings.HasPrefix(e.KMSKeyID, "alias/"):
		return "arn:aws:kms:" + b.region + ":" + b.owner + ":" + e.KMSKeyID
	}
	return "arn:aws:kms:" + b.region + ":" + b.owner + ":key/" + e.KMSKeyID
}

func (e encryption) managed() bool {
	return e.KMSKeyID == "" || strings.HasSuffix(e.KMSKeyID, "alias/aws/s3")
}

// useKey asks whether the caller may use the KMS key of e. A customer's key
// has the default key policy, by which the account's IAM policies decide; the
// one that AWS manages serves everybody in the bucket's account.
func (c *Call) useKey(b *bucket, e encryption, action string) error {
	switch {
	case !e.usesKMS():
		return nil
	case !e.managed():
		return c.authorizeOn(nil, action, e.keyARN(b), nil)
	case c.caller.Principal.AccountID != b.owner:
		return c.accessDenied(action, e.keyARN(b), "")
	}
	return nil
}

// setHeaders tells how an object in b is encrypted.
func (e encryption) setHeaders(h http.Header, b *bucket) {
	if e.Algorithm == "" {
		return
	}
	h.Set("X-Amz-Server-Side-Encryption", e.Algorithm)
	if !e.usesKMS() {
		return
	}
	h.Set("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", e.keyARN(b))
	if e.BucketKey {
		h.Set("X-Amz-Server-Side-Encryption-Bucket-Key-Enabled", "true")
	}
}

// etag is that of an object put at once: the MD5 of its body, except with a
// KMS key, where it is nothing that a client could compute.
func (e encryption) etag(p *payload) string {
	if e.usesKMS() {
		return hex.EncodeToString(wire.RandomBytes(16))
	}
	return p.etag()
}
