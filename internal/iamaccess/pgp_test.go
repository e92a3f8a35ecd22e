package iamaccess

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

var pgpNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newPGPEntity(t *testing.T, lifetime time.Duration) *openpgp.Entity {
	t.Helper()
	e, err := openpgp.NewEntity("Ops", "", "ops@example.com", &packet.Config{
		Algorithm:       packet.PubKeyAlgoEdDSA,
		Time:            func() time.Time { return pgpNow.Add(-time.Hour) },
		KeyLifetimeSecs: uint32(lifetime / time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// public and secret give the two halves of a key as gpg exports them.
func public(t *testing.T, e *openpgp.Entity) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := e.Serialize(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func secret(t *testing.T, e *openpgp.Entity) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := e.SerializePrivateWithoutSigning(&out, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func armoured(t *testing.T, kind string, binary []byte) string {
	t.Helper()
	var out bytes.Buffer
	w, err := armor.Encode(&out, kind, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(binary); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func inBase64(binary []byte) string { return base64.StdEncoding.EncodeToString(binary) }

func TestEncryptedSecretCanBeReadByItsOwnerAlone(t *testing.T) {
	owner := newPGPEntity(t, 0)
	binary := public(t, owner)
	block := armoured(t, openpgp.PublicKeyType, binary)
	wrapped := inBase64(binary)
	for name, text := range map[string]string{
		"base64":                    wrapped,
		"base64 in lines":           wrapped[:64] + "\n" + wrapped[64:] + "\n",
		"armoured":                  "\n" + block + "\n",
		"base64 of an armoured key": inBase64([]byte(block)),
	} {
		t.Run(name, func(t *testing.T) {
			key, err := ParsePGPKey(text, pgpNow)
			if err != nil {
				t.Fatal(err)
			}
			if want := hex.EncodeToString(owner.PrimaryKey.Fingerprint); key.Fingerprint() != want {
				t.Errorf("fingerprint %s, want %s", key.Fingerprint(), want)
			}
			encrypted, err := key.Encrypt("wJalrXUtnFEMI")
			if err != nil {
				t.Fatal(err)
			}
			message, err := base64.StdEncoding.DecodeString(encrypted)
			if err != nil {
				t.Fatal(err)
			}
			opened, err := openpgp.ReadMessage(bytes.NewReader(message), openpgp.EntityList{owner}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := io.ReadAll(opened.UnverifiedBody); err != nil || string(plain) != "wJalrXUtnFEMI" {
				t.Errorf("decrypted %q, %v", plain, err)
			}
			stranger := openpgp.EntityList{newPGPEntity(t, 0)}
			if _, err := openpgp.ReadMessage(bytes.NewReader(message), stranger, nil, nil); err == nil {
				t.Error("another key opens the message")
			}
		})
	}
}

func TestPGPKeysThatCannotBeUsed(t *testing.T) {
	good, expired := newPGPEntity(t, 0), newPGPEntity(t, time.Minute)
	binary := public(t, good)
	for name, tt := range map[string]struct {
		text string
		want PGPFault
	}{
		"keybase":                 {"keybase:someone", PGPAtKeybase},
		"nothing":                 {"", PGPUnreadable},
		"not base64":              {"not a key!", PGPNotEncoded},
		"base64 of something":     {inBase64([]byte("hello, this is no key")), PGPUnreadable},
		"cut off":                 {inBase64(binary[:len(binary)/3]), PGPUnreadable},
		"armour cut off":          {armoured(t, openpgp.PublicKeyType, binary)[:120], PGPUnreadable},
		"a message":               {armoured(t, "PGP MESSAGE", binary), PGPOtherBlock},
		"two keys":                {inBase64(append(bytes.Clone(binary), public(t, expired)...)), PGPSeveral},
		"expired":                 {inBase64(public(t, expired)), PGPUnusable},
		"private":                 {inBase64(secret(t, good)), PGPPrivate},
		"private, armoured":       {armoured(t, openpgp.PrivateKeyType, secret(t, good)), PGPPrivate},
		"private, called public":  {armoured(t, openpgp.PublicKeyType, secret(t, good)), PGPPrivate},
		"private, cut off":        {inBase64(secret(t, good)[:40]), PGPPrivate},
		"private, old format":     {inBase64([]byte{0x95, 0x00, 0x01, 0x04}), PGPPrivate},
		"private beside a public": {inBase64(append(bytes.Clone(binary), secret(t, expired)...)), PGPPrivate},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePGPKey(tt.text, pgpNow)
			var unusable *PGPKeyError
			if !errors.As(err, &unusable) || unusable.Fault != tt.want {
				t.Fatalf("got error %v, want that %s", err, tt.want)
			}
			if len(tt.text) > 20 && strings.Contains(err.Error(), tt.text[:20]) {
				t.Errorf("the error repeats the text: %v", err)
			}
		})
	}
}
