package fakeaws

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newRequestID is 16 upper-case hex digits, as S3 makes them.
func newRequestID() string {
	return strings.ToUpper(hex.EncodeToString(randomBytes(8)))
}

const versionIDBytes = 24

// newVersionID is opaque and safe in a URL.
func newVersionID() string { return base64.RawURLEncoding.EncodeToString(randomBytes(versionIDBytes)) }

func newUploadID() string { return base64.RawURLEncoding.EncodeToString(randomBytes(48)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}
