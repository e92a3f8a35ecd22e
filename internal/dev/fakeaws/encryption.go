package fakeaws

import (
	"encoding/hex"
	"net/http"
	"strings"
)

// encryption is how an object is encrypted, or a new one by default.
type encryption struct {
	Algorithm string // "AES256", "aws:kms" or "aws:kms:dsse"
	KMSKeyID  string // as the configuration or the request names it; "" for the key that AWS manages
	BucketKey bool
}

func (e encryption) usesKMS() bool { return strings.HasPrefix(e.Algorithm, "aws:kms") }

// requestedEncryption is what the headers ask for, or else the bucket's
// default. A key of the customer's is used with the caller's permissions.
func (c *call) requestedEncryption() (encryption, error) {
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
		return e, invalidArgument("x-amz-server-side-encryption", e.Algorithm, "The encryption method specified is not supported")
	}
	if keyID != "" && (!e.usesKMS() || h.Get("X-Amz-Server-Side-Encryption") == "") {
		return e, invalidArgument("x-amz-server-side-encryption", e.Algorithm, "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms")
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
func (c *call) useKey(b *bucket, e encryption, action string) error {
	switch {
	case !e.usesKMS():
		return nil
	case !e.managed():
		return c.authorizeOn(nil, action, e.keyARN(b), nil)
	case c.caller.Principal.AccountID != b.owner:
		return c.accessDenied(action, e.keyARN(b))
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
		return hex.EncodeToString(randomBytes(16))
	}
	return p.etag()
}
