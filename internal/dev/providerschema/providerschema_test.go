package providerschema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/providerschema"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
	"github.com/parafovea/terraform-provider-fovea/internal/provider"
)

// TestSameAsTheCLI holds the schema against the one that the real CLI prints,
// in every part that this CLI knows of.
func TestSameAsTheCLI(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs the real CLI: runs with TF_ACC=1, which make test sets")
	}
	cli, err := tfcli.Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	session, err := tfcli.NewSession(t.Context(), cli, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	config := []byte(`terraform {
  required_providers {
    fovea = { source = "parafovea/fovea" }
  }
}
`)
	if err := os.WriteFile(filepath.Join(work, "main.tf"), config, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := session.Run(t.Context(), work, "init"); err != nil {
		t.Fatal(err)
	}
	printed, err := session.Run(t.Context(), work, "providers", "schema", "-json")
	if err != nil {
		t.Fatal(err)
	}

	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	address := cli.RegistryHost() + "/parafovea/fovea"
	made, err := providerschema.JSON(t.Context(), server, address)
	if err != nil {
		t.Fatal(err)
	}
	want, got := parts(t, []byte(printed), address), parts(t, made, address)
	if len(want) == 0 {
		t.Fatalf("%s prints no schema of %s", cli, address)
	}
	for part := range want {
		for name := range want[part] {
			if !reflect.DeepEqual(want[part][name], got[part][name]) {
				t.Errorf("%s %s: %s prints\n%s\nbut this package writes\n%s", part, name, cli, indented(t, want[part][name]), indented(t, got[part][name]))
			}
		}
		if len(got[part]) != len(want[part]) {
			t.Errorf("%s: %s prints %d, this package writes %d", part, cli, len(want[part]), len(got[part]))
		}
	}
}

// parts gives the schemas by part of the document and by name.
func parts(t *testing.T, document []byte, address string) map[string]map[string]any {
	t.Helper()
	var d struct {
		Schemas map[string]map[string]map[string]any `json:"provider_schemas"`
	}
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	return d.Schemas[address]
}

func indented(t *testing.T, value any) string {
	t.Helper()
	out, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
