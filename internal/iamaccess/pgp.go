package iamaccess

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// PGPKey is the public key of somebody who shall be able to read a secret.
type PGPKey struct {
	entity *openpgp.Entity
	now    time.Time
}

// ParsePGPKey reads a public key, either ASCII-armoured or binary in base64, as
// "gpg --export" gives it, and checks that one can encrypt to it at the given
// time. Its errors have a remedy, and never repeat the text.
func ParsePGPKey(text string, now time.Time) (PGPKey, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "keybase:") {
		return PGPKey{}, badKey("keys of Keybase are not fetched",
			"The provider fetches no keys from the network. Paste the key itself: curl https://keybase.io/USER/pgp_keys.asc prints it.")
	}
	entities, err := readKeys(text)
	if err != nil {
		return PGPKey{}, err
	}
	for _, e := range entities {
		if private(e) {
			return PGPKey{}, errPrivateKey
		}
	}
	if len(entities) != 1 {
		return PGPKey{}, badKey(fmt.Sprintf("it holds %d keys", len(entities)), "Give one public key: the secret is encrypted for one recipient. "+exportIt)
	}
	key := PGPKey{entities[0], now}
	if _, ok := key.entity.EncryptionKey(now); !ok {
		return PGPKey{}, badKey("nothing can be encrypted to it",
			"The key has expired, is revoked, or has no part that is for encryption. Prolong it, or give another one.")
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

const (
	exportIt   = "gpg --export KEY-ID | base64 prints one, and so does gpg --armor --export KEY-ID."
	armourHead = "-----BEGIN PGP "
)

var errPrivateKey = badKey("it is a private key",
	"This is a private key. A public one is needed, and this one is now in the configuration, where it does not belong: take it out of there, "+
		"out of version control and of saved plans, and consider it known to others. "+exportIt)

func badKey(what, remedy string) error {
	return &advised{errors.New("the PGP key cannot be used: " + what), remedy}
}

// readKeys reads the text in whichever form it is, also base64 of an armoured
// key.
func readKeys(text string) (openpgp.EntityList, error) {
	binary := []byte(text)
	if !strings.HasPrefix(text, armourHead) {
		var err error
		if binary, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err != nil {
			return nil, badKey("it is neither armoured nor base64", "Give a public key in one of these two forms. "+exportIt)
		}
	}
	read := func() (openpgp.EntityList, error) { return openpgp.ReadKeyRing(bytes.NewReader(binary)) }
	if bytes.HasPrefix(binary, []byte(armourHead)) {
		block, err := armor.Decode(bytes.NewReader(binary))
		switch {
		case err != nil:
			return nil, badKey("its armour is broken", "Give the whole block, from its BEGIN line to its END line. "+exportIt)
		case block.Type == openpgp.PrivateKeyType:
			return nil, errPrivateKey
		case block.Type != openpgp.PublicKeyType:
			return nil, badKey("it is another kind of PGP block", "Give a PGP PUBLIC KEY BLOCK. "+exportIt)
		}
		read = func() (openpgp.EntityList, error) { return openpgp.ReadKeyRing(block.Body) }
	}
	keys, err := read()
	if (err != nil || len(keys) == 0) && startsWithSecretKey(binary) {
		return nil, errPrivateKey
	}
	if err != nil || len(keys) == 0 {
		return nil, badKey("it holds no key that can be read", "The text is cut off, or no PGP public key. "+exportIt)
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
