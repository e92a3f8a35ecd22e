package tfcli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestSessionIsOffline installs the fresh build with the real CLI, from a
// folder with a space in its name and in spite of the machine's settings.
func TestSessionIsOffline(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs the real CLI: runs with TF_ACC=1, which make test sets")
	}
	cli, err := Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TF_CLI_CONFIG_FILE", "/nowhere")
	t.Setenv("TF_CLI_ARGS_init", "-no-such-flag")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:9")
	dir := filepath.Join(t.TempDir(), "with space")
	work := filepath.Join(t.TempDir(), "root module")
	for _, d := range []string{dir, work} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	session, err := NewSession(t.Context(), cli, dir)
	if err != nil {
		t.Fatal(err)
	}
	config := `terraform {
  required_providers {
    fovea = { source = "parafovea/fovea", version = ">= 0.1" }
` + map[bool]string{true: `aws = { source = "hashicorp/aws" }`}[session.HasAWS] + `
  }
}
`
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := session.Run(t.Context(), work, "init"); err != nil {
		t.Fatal(err)
	}
	out, err := session.Run(t.Context(), work, "version", "-json")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Selections map[string]string `json:"provider_selections"`
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	if got := answer.Selections[cli.RegistryHost()+"/parafovea/fovea"]; got != providerVersion {
		t.Errorf("selected %v", answer.Selections)
	}
	if _, err := session.Run(t.Context(), work, "validate"); err != nil {
		t.Error(err)
	}
}

// TestCommandsDoNotShareTheirEnvironment adds a variable to two commands of one session.
func TestCommandsDoNotShareTheirEnvironment(t *testing.T) {
	session := &Session{CLI: CLI{Path: "terraform"}, environ: append(make([]string, 0, 8), "TF_INPUT=0")}
	first, second := session.Command(t.Context(), ""), session.Command(t.Context(), "")
	first.Env = append(first.Env, "STACK=first")
	second.Env = append(second.Env, "STACK=second")
	if got := first.Env[len(first.Env)-1]; got != "STACK=first" {
		t.Errorf("got %s for the first command, want STACK=first", got)
	}
}
