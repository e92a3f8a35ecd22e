package iamapi

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
)

// newUniqueID is the id of an entity: "AIDA" for users, "AROA" for roles,
// "AIPA" for instance profiles, "ANPA" for policies.
func newUniqueID(prefix string) string { return prefix + randomBase32(17) }

// newKeyID is that of a key: "AKIA" for long-term ones, "ASIA" for sessions.
func newKeyID(prefix string) string { return prefix + randomBase32(16) }

func newSecret() string { return base64.StdEncoding.EncodeToString(randomBytes(30)) }

func newSessionToken() string { return base64.StdEncoding.EncodeToString(randomBytes(240)) }

func randomBase32(n int) string {
	return base32.StdEncoding.EncodeToString(randomBytes(n))[:n]
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}
