package iamaccess

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
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
	for name, tt := range map[string]struct{ text, remedy string }{
		"keybase":                 {"keybase:someone", "Paste the key itself"},
		"nothing":                 {"", "no PGP public key"},
		"not base64":              {"not a key!", "one of these two forms"},
		"base64 of something":     {inBase64([]byte("hello, this is no key")), "no PGP public key"},
		"cut off":                 {inBase64(binary[:len(binary)/3]), "cut off"},
		"armour cut off":          {armoured(t, openpgp.PublicKeyType, binary)[:120], "cut off"},
		"a message":               {armoured(t, "PGP MESSAGE", binary), "PUBLIC KEY BLOCK"},
		"two keys":                {inBase64(append(bytes.Clone(binary), public(t, expired)...)), "one public key"},
		"expired":                 {inBase64(public(t, expired)), "has expired"},
		"private":                 {inBase64(secret(t, good)), "consider it known"},
		"private, armoured":       {armoured(t, openpgp.PrivateKeyType, secret(t, good)), "consider it known"},
		"private, called public":  {armoured(t, openpgp.PublicKeyType, secret(t, good)), "consider it known"},
		"private, cut off":        {inBase64(secret(t, good)[:40]), "consider it known"},
		"private, old format":     {inBase64([]byte{0x95, 0x00, 0x01, 0x04}), "consider it known"},
		"private beside a public": {inBase64(append(bytes.Clone(binary), secret(t, expired)...)), "consider it known"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePGPKey(tt.text, pgpNow)
			if err == nil || !strings.Contains(remedy(err), tt.remedy) {
				t.Fatalf("error %v with remedy %q, want one that says %q", err, remedy(err), tt.remedy)
			}
			if len(tt.text) > 20 && strings.Contains(err.Error()+remedy(err), tt.text[:20]) {
				t.Errorf("the error repeats the text: %v", err)
			}
		})
	}
}
