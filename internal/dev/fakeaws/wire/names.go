package wire

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// AllDigits reports whether s has no other characters than digits.
func AllDigits(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// BucketARN is the ARN of a bucket.
func BucketARN(bucket string) string { return "arn:aws:s3:::" + bucket }

// ObjectARN is the ARN of an object.
func ObjectARN(bucket, key string) string { return "arn:aws:s3:::" + bucket + "/" + key }

// NewRequestID is 16 upper-case hex digits, as S3 makes them.
func NewRequestID() string {
	return strings.ToUpper(hex.EncodeToString(RandomBytes(8)))
}

// HostID is the second id of the request with that id: S3 names the host that answered
// in it.
func HostID(requestID string) string {
	host := sha512.Sum512([]byte(requestID))
	return base64.StdEncoding.EncodeToString(host[:56])
}

// NewUUID is the form of a request id of IAM and STS.
func NewUUID() string {
	b := RandomBytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// SpellHeaders gives headers the case that AWS sends them in. It matters to clients that
// show names as they come: metadata has lower-case names.
func SpellHeaders(h http.Header) {
	for name, values := range h {
		spelling := name
		switch {
		case name == "Etag":
			spelling = "ETag"
		case name == "X-Amzn-Requestid":
			spelling = "x-amzn-RequestId"
		case strings.HasPrefix(name, "X-Amz-"):
			spelling = strings.ToLower(name)
		}
		if spelling != name {
			delete(h, name)
			h[spelling] = values
		}
	}
}

// VersionIDBytes is the length of a version id before it is encoded.
const VersionIDBytes = 24

// NewVersionID is opaque and safe in a URL.
func NewVersionID() string { return base64.RawURLEncoding.EncodeToString(RandomBytes(VersionIDBytes)) }

// NewUploadID is opaque and safe in a URL.
func NewUploadID() string { return base64.RawURLEncoding.EncodeToString(RandomBytes(48)) }

// RandomBytes returns n random bytes.
func RandomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}

// DefaultRegion is the region of a bucket without a location constraint.
const DefaultRegion = "us-east-1"

// regions are those of the aws partition, in which every ARN here lies.
var regions = []string{
	"af-south-1",
	"ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ca-central-1", "ca-west-1",
	"eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
	"il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

// KnownRegion reports whether there is a region of that name.
func KnownRegion(name string) bool { return slices.Contains(regions, name) }

var bucketNamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// ValidBucketName tells whether S3 lets a new bucket have this name.
func ValidBucketName(name string) bool {
	if !bucketNamePattern.MatchString(name) || strings.Contains(name, "..") {
		return false
	}
	if address, err := netip.ParseAddr(name); err == nil && address.Is4() {
		return false
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	for _, suffix := range reservedSuffixes {
		if strings.HasSuffix(name, suffix) {
			return false
		}
	}
	return true
}

// OwnerID is the canonical user id of an account.
func OwnerID(account string) string {
	sum := sha256.Sum256([]byte("fakeaws canonical user " + account))
	return hex.EncodeToString(sum[:])
}
