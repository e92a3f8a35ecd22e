package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// TestAccessSecretsStayWhereTheyBelong runs the real CLI at its most talkative, with
// a key in clear text and an encrypted one, and looks for the secrets in everything
// that it writes.
func TestAccessSecretsStayWhereTheyBelong(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "one server is enough for what the provider logs")
	cli, err := tfcli.Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	session, err := tfcli.NewSession(t.Context(), cli, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log := filepath.Join(t.TempDir(), "trace.log")
	session.Setenv("TF_LOG", "TRACE")
	session.Setenv("TF_LOG_PATH", log)
	recipient := newPGPKey(t)
	config := "terraform {\n  required_providers {\n    fovea = {\n      source = \"parafovea/fovea\"\n    }\n  }\n}\n" +
		e.Config("%s", userBlock(acctest.Name(t), "")+keyBlock("")+
			"resource \"fovea_access_key\" \"sealed\" {\n  user = fovea_access_user.this.name\n"+pgpArgument(publicKey(t, recipient))+"}\n")
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for _, args := range [][]string{{"init"}, {"apply", "-auto-approve"}, {"plan", "-out=again"}, {"show", "-json", "again"}} {
		out, err := session.Run(t.Context(), dir, args...)
		if err != nil {
			t.Fatal(err)
		}
		printed.WriteString(out)
	}

	state := readText(t, filepath.Join(dir, "terraform.tfstate"))
	plain, sealed := secretsIn(t, state)
	var opened string
	if err := decrypts(recipient, &opened).CheckValue(sealed); err != nil {
		t.Fatal(err)
	}
	logged := readText(t, log)
	if !strings.Contains(logged, "CreateAccessKey") || !strings.Contains(state, plain) {
		t.Fatal("the log or the state does not tell of the keys at all")
	}
	for where, text := range map[string]string{"the log": logged, "the state": state, "the plan": printed.String()} {
		if strings.Contains(text, opened) {
			t.Errorf("%s holds the secret of the encrypted key", where)
		}
	}
	if strings.Contains(logged, plain) {
		t.Error("the log holds the secret of the key in clear text")
	}
	// Signing with the keys of the provider block must not show either.
	if strings.Contains(logged, e.Fake.Root().SecretAccessKey) {
		t.Error("the log holds the provider's own secret")
	}
	if _, err := session.Run(t.Context(), dir, "destroy", "-auto-approve"); err != nil {
		t.Error(err)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// secretsIn gives the secret in clear text and the encrypted one of a state.
func secretsIn(t *testing.T, state string) (plain, sealed string) {
	t.Helper()
	var document struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					Plain  string `json:"secret_access_key"`
					Sealed string `json:"encrypted_secret_access_key"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(state), &document); err != nil {
		t.Fatal(err)
	}
	for _, r := range document.Resources {
		for _, instance := range r.Instances {
			plain, sealed = plain+instance.Attributes.Plain, sealed+instance.Attributes.Sealed
		}
	}
	if plain == "" || sealed == "" {
		t.Fatal("the state has no secrets")
	}
	return plain, sealed
}
