package iamaccess

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// PGPKey is the public key of somebody who is to read a secret.
type PGPKey struct {
	entity *openpgp.Entity
	now    time.Time
}

// ParsePGPKey reads a public key, either ASCII-armoured or binary in base64, as
// "gpg --export" gives it, and checks that one can encrypt to it at the given
// time. Its errors are *PGPKeyError, and never repeat the text.
func ParsePGPKey(text string, now time.Time) (PGPKey, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "keybase:") {
		return PGPKey{}, &PGPKeyError{PGPAtKeybase}
	}
	entities, err := readKeys(text)
	if err != nil {
		return PGPKey{}, err
	}
	for _, e := range entities {
		if private(e) {
			return PGPKey{}, &PGPKeyError{PGPPrivate}
		}
	}
	if len(entities) != 1 {
		return PGPKey{}, &PGPKeyError{PGPSeveral}
	}
	key := PGPKey{entities[0], now}
	if _, ok := key.entity.EncryptionKey(now); !ok {
		return PGPKey{}, &PGPKeyError{PGPUnusable}
	}
	return key, nil
}

// Fingerprint returns the key's fingerprint in lower-case hexadecimal digits.
func (k PGPKey) Fingerprint() string {
	return hex.EncodeToString(k.entity.PrimaryKey.Fingerprint)
}

// Encrypt returns the secret as a binary PGP message in base64, which
// "base64 --decode | gpg --decrypt" turns back. Each call gives another one.
func (k PGPKey) Encrypt(secret string) (string, error) {
	var message bytes.Buffer
	config := &packet.Config{Time: func() time.Time { return k.now }}
	w, err := openpgp.Encrypt(&message, []*openpgp.Entity{k.entity}, nil, nil, config)
	if err != nil {
		return "", fmt.Errorf("encrypting with the PGP key %s: %w", k.Fingerprint(), err)
	}
	if _, err := w.Write([]byte(secret)); err != nil {
		return "", fmt.Errorf("encrypting with the PGP key %s: %w", k.Fingerprint(), err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("encrypting with the PGP key %s: %w", k.Fingerprint(), err)
	}
	return base64.StdEncoding.EncodeToString(message.Bytes()), nil
}

const armourHead = "-----BEGIN PGP "

// PGPFault is why a PGP key cannot be used, in the words of a message.
type PGPFault string

// What may be wrong with a PGP key.
const (
	PGPAtKeybase   PGPFault = "keys of Keybase are not fetched"
	PGPSeveral     PGPFault = "it holds more than one key"
	PGPUnusable    PGPFault = "nothing can be encrypted to it" // expired, revoked, or for signatures only
	PGPPrivate     PGPFault = "it is a private key"
	PGPNotEncoded  PGPFault = "it is neither armoured nor base64"
	PGPBrokenBlock PGPFault = "its armour is broken"
	PGPOtherBlock  PGPFault = "it is another kind of PGP block"
	PGPUnreadable  PGPFault = "it holds no key that can be read"
)

// PGPKeyError says that a text is not a public PGP key that can be used.
type PGPKeyError struct{ Fault PGPFault }

// Error implements error.
func (e *PGPKeyError) Error() string { return "the PGP key cannot be used: " + string(e.Fault) }

// readKeys reads the text in whichever form it is, also base64 of an armoured
// key.
func readKeys(text string) (openpgp.EntityList, error) {
	binary := []byte(text)
	if !strings.HasPrefix(text, armourHead) {
		var err error
		if binary, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err != nil {
			return nil, &PGPKeyError{PGPNotEncoded}
		}
	}
	read := func() (openpgp.EntityList, error) { return openpgp.ReadKeyRing(bytes.NewReader(binary)) }
	if bytes.HasPrefix(binary, []byte(armourHead)) {
		block, err := armor.Decode(bytes.NewReader(binary))
		switch {
		case err != nil:
			return nil, &PGPKeyError{PGPBrokenBlock}
		case block.Type == openpgp.PrivateKeyType:
			return nil, &PGPKeyError{PGPPrivate}
		case block.Type != openpgp.PublicKeyType:
			return nil, &PGPKeyError{PGPOtherBlock}
		}
		read = func() (openpgp.EntityList, error) { return openpgp.ReadKeyRing(block.Body) }
	}
	keys, err := read()
	if (err != nil || len(keys) == 0) && startsWithSecretKey(binary) {
		return nil, &PGPKeyError{PGPPrivate}
	}
	if err != nil || len(keys) == 0 {
		return nil, &PGPKeyError{PGPUnreadable}
	}
	return keys, nil
}

// startsWithSecretKey reports whether the first packet is a private key, even one
// of a kind that cannot be read. RFC 9580 has the tag in the first byte, in one
// of two formats.
func startsWithSecretKey(binary []byte) bool {
	const secretKeyTag = 5
	switch {
	case len(binary) == 0 || binary[0]&0x80 == 0:
		return false
	case binary[0]&0x40 != 0:
		return binary[0]&0x3f == secretKeyTag
	}
	return binary[0]>>2&0x0f == secretKeyTag
}

func private(e *openpgp.Entity) bool {
	if e.PrivateKey != nil {
		return true
	}
	for _, sub := range e.Subkeys {
		if sub.PrivateKey != nil {
			return true
		}
	}
	return false
}
