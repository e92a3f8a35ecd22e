package provider_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func newPGPKey(t *testing.T) *openpgp.Entity {
	t.Helper()
	e, err := openpgp.NewEntity("Ops", "", "ops@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// armoured gives a key as gpg --armor prints it.
func armoured(t *testing.T, kind string, serialize func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	w, err := armor.Encode(&out, kind, nil)
	if err := errors.Join(err, serialize(w), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String() + "\n"
}

func publicKey(t *testing.T, e *openpgp.Entity) string {
	t.Helper()
	return armoured(t, openpgp.PublicKeyType, e.Serialize)
}

func privateKey(t *testing.T, e *openpgp.Entity) string {
	t.Helper()
	return armoured(t, openpgp.PrivateKeyType, func(w io.Writer) error { return e.SerializePrivate(w, nil) })
}

func pgpArgument(key string) string { return "pgp_key = <<EOT\n" + key + "EOT\n" }

// decrypts expects an encrypted secret that only the key opens, and hands it on.
func decrypts(key *openpgp.Entity, secret *string) knownvalue.Check {
	return knownvalue.StringFunc(func(text string) error {
		binary, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		message, err := openpgp.ReadMessage(bytes.NewReader(binary), openpgp.EntityList{key}, nil, nil)
		if err != nil {
			return err
		}
		plain, err := io.ReadAll(message.UnverifiedBody)
		if len(plain) != 40 {
			return errors.Join(err, fmt.Errorf("a secret of %d characters", len(plain)))
		}
		*secret = string(plain)
		return err
	})
}

func TestAccessKeyEncrypted(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	key := newPGPKey(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(pgpArgument(publicKey(t, key))))
	fingerprint := knownvalue.StringExact(hex.EncodeToString(key.PrimaryKey.Fingerprint))
	var id, secret string
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	e.Run(t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: before(
				plancheck.ExpectKnownValue(theKey, tfjsonpath.New("secret_access_key"), knownvalue.Null()),
				plancheck.ExpectKnownValue(theKey, tfjsonpath.New("key_fingerprint"), fingerprint),
				plancheck.ExpectUnknownValue(theKey, tfjsonpath.New("encrypted_secret_access_key")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				keyState("secret_access_key", knownvalue.Null()),
				keyState("key_fingerprint", fingerprint),
				keyState("encrypted_secret_access_key", decrypts(key, &secret)),
				noted{theKey, "access_key_id", &id},
				differs.AddStateValue(theKey, tfjsonpath.New("access_key_id")),
			},
			PostApplyFunc: func() {
				if e.Fake == nil {
					return // only fakeaws checks signatures
				}
				if _, err := e.S3As(t, id, secret).ListBuckets(t.Context(), nil); strings.Contains(errorText(err), "SignatureDoesNotMatch") {
					t.Errorf("what was encrypted is not the secret: %v", err)
				}
			},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: before(plancheck.ExpectEmptyPlan(), planText(func(text string) error {
			if strings.Contains(text, secret) {
				return errors.New("the plan, or the state in it, holds the secret")
			}
			return nil
		}))},
		resource.TestStep{ // another recipient gets another key
			Config:           e.Config("%s", userBlock(name, "")+keyBlock(pgpArgument(publicKey(t, newPGPKey(t))))),
			ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionDestroyBeforeCreate)),
			ConfigStateChecks: []statecheck.StateCheck{
				keyState("secret_access_key", knownvalue.Null()), differs.AddStateValue(theKey, tfjsonpath.New("access_key_id")),
			},
		},
		resource.TestStep{
			Config:           e.Config("%s", userBlock(name, "")+keyBlock("")),
			ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionDestroyBeforeCreate)),
			ConfigStateChecks: []statecheck.StateCheck{
				keyState("secret_access_key", knownvalue.NotNull()), keyState("encrypted_secret_access_key", knownvalue.Null()),
				keyState("key_fingerprint", knownvalue.Null()), differs.AddStateValue(theKey, tfjsonpath.New("access_key_id")),
			},
		},
	)
}

// TestAccessKeyLateRecipient learns the PGP key in the apply.
func TestAccessKeyLateRecipient(t *testing.T) {
	e := acctest.Start(t)
	key := newPGPKey(t)
	var secret string
	late := "resource \"terraform_data\" \"key\" {\n  input = <<EOT\n" + publicKey(t, key) + "EOT\n}\n"
	e.Run(t, resource.TestStep{
		Config: e.Config("%s", userBlock(acctest.Name(t), "")+keyBlock("pgp_key = terraform_data.key.output")+late),
		ConfigPlanChecks: before(
			plancheck.ExpectUnknownValue(theKey, tfjsonpath.New("secret_access_key")),
			plancheck.ExpectUnknownValue(theKey, tfjsonpath.New("key_fingerprint")),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			keyState("secret_access_key", knownvalue.Null()), keyState("encrypted_secret_access_key", decrypts(key, &secret)),
		},
	})
}

func TestAccessKeyBadRecipients(t *testing.T) {
	key := newPGPKey(t)
	public, private := publicKey(t, key), privateKey(t, key)
	// body is a line out of the middle of the private key.
	body := strings.Split(private, "\n")[5]
	for name, tt := range map[string]struct{ key, message string }{
		"malformed": {"hello\n", "Give a public key in one of these two forms. gpg --export KEY-ID | base64 prints one"},
		"cut off":   {public[:len(public)/2] + "\n", "The text is cut off, or no PGP public key."},
		"private":   {private, "This is a private key. A public one is needed, and this one is now in the configuration, where it does not belong"},
		"keybase":   {"keybase:ops\n", "The provider fetches no keys from the network. Paste the key itself"},
		"empty":     {"\n", "Could not use pgp_key"},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			refused := false
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				// It is not called for an error that a step expects.
				ErrorCheck: func(err error) error {
					refused = acctest.Message(tt.message).MatchString(err.Error())
					if strings.Contains(err.Error(), body) {
						t.Error("the message shows a part of the private key")
					}
					if refused {
						return nil
					}
					return err
				},
				Steps: []resource.TestStep{{Config: e.Config("%s", userBlock("fovea-user", "")+keyBlock(pgpArgument(tt.key))), PlanOnly: true}},
			})
			if !refused {
				t.Error("it is accepted")
			}
		})
	}
}
