package envfiles

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	composedotenv "github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	composetypes "github.com/compose-spec/compose-go/v2/types"
	"github.com/joho/godotenv"

	"github.com/parafovea/terraform-provider-fovea/internal/backendenv"
)

// secrets are values that need quotes, or that some reader would change without them.
var secrets = []string{
	"", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a b", "#a", "a #b", "=", "a=b", "$HOME", "${HOME:-x}", "$$", "`id`", `a"b`, `"a"`, "'a'", "it's", "it's #1",
	`a\nb`, `\\`, `\$x`, "a\\", "'$x", "ü ß", "a;b", "a&b|c", "(a)", "!a", "~", "*", "%41", "a, b", "- a", "a: b", "{a}", "[a]", "null", "yes", "0x1", "@a", "|", ">", "export A=b",
}

func settings(secret string) backendenv.Settings {
	return backendenv.Settings{
		Bucket: "fovea-videos", Region: "us-east-1", Endpoint: "http://minio:9000/", CDNBaseURL: "https://d1.cloudfront.net/path/",
		AccessKeyID: "AKIA" + secret, SecretAccessKey: secret,
	}
}

func wanted(variables []backendenv.Variable) map[string]string {
	want := map[string]string{}
	for _, v := range variables {
		want[v.Name] = v.Value
	}
	return want
}

// readers give the variables of an .env file.
var readers = map[string]func(t *testing.T, file string) map[string]string{
	"Docker Compose": func(t *testing.T, file string) map[string]string {
		t.Helper()
		got, err := composedotenv.ParseWithLookup(strings.NewReader(file), func(string) (string, bool) { return "expanded", true })
		if err != nil {
			t.Fatal(err)
		}
		return got
	},
	"godotenv": func(t *testing.T, file string) map[string]string {
		t.Helper()
		got, err := godotenv.Unmarshal(file)
		if err != nil {
			t.Fatal(err)
		}
		return got
	},
}

func TestReaders(t *testing.T) {
	for _, secret := range secrets {
		t.Run(secret, func(t *testing.T) { check(t, secret, readers) })
	}
}

// check compares what readers make of the .env file with the variables, and what
// Docker Compose makes of the override file.
func check(t *testing.T, secret string, readers map[string]func(*testing.T, string) map[string]string) {
	t.Helper()
	if secret != "" && backendenv.WrongValue(secret) != "" || backendenv.WrongValue("AKIA"+secret) != "" {
		return // the provider refuses it
	}
	variables := settings(secret).Variables()
	want := wanted(variables)
	file, err := backendenv.Dotenv(variables)
	if err != nil {
		t.Fatal(err)
	}
	for name, read := range readers {
		if got := read(t, file); !maps.Equal(got, want) {
			t.Errorf("%s reads %q, want %q", name, got, want)
		}
	}
	if got := override(t, backendenv.Compose(variables)); !maps.Equal(got, want) {
		t.Errorf("Docker Compose reads %q from the override file, want %q", got, want)
	}
}

// override loads an override file over FOVEA's kind of file.
func override(t *testing.T, content string) map[string]string {
	t.Helper()
	const base = "name: fovea\nservices:\n  backend:\n    image: fovea\n    environment:\n      VIDEO_STORAGE_TYPE: ${VIDEO_STORAGE_TYPE:-local}\n      CDN_BASE_URL: ${CDN_BASE_URL:-https://placeholder}\n"
	project, err := loader.LoadWithContext(t.Context(), composetypes.ConfigDetails{
		ConfigFiles: []composetypes.ConfigFile{{Filename: "compose.yml", Content: []byte(base)}, {Filename: "compose.override.yml", Content: []byte(content)}},
		Environment: composetypes.Mapping{"HOME": "expanded", "x": "expanded"},
	}, func(o *loader.Options) { o.SetProjectName("fovea", true) })
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, value := range project.Services["backend"].Environment {
		if value == nil {
			t.Fatalf("%s has no value", name)
		}
		got[name] = *value
	}
	return got
}

// TestPrograms has the readers that are programs, where they are on PATH.
func TestPrograms(t *testing.T) {
	const print = `JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(VIDEO|S3|CDN|AWS)_/.test(name))))`
	programs := map[string][]string{
		"node": {"--env-file=FILE", "-p", print},
		"sh":   {"-c", `set -a; . "$0"; unset PWD OLDPWD SHLVL _; env -0`, "FILE"},
	}
	for name, arguments := range programs {
		t.Run(name, func(t *testing.T) {
			program, err := exec.LookPath(name)
			if err != nil {
				t.Skip(name + " is not on PATH")
			}
			check(t, "", nil)
			for _, secret := range secrets {
				check(t, secret, map[string]func(*testing.T, string) map[string]string{name: func(t *testing.T, file string) map[string]string {
					t.Helper()
					at := filepath.Join(t.TempDir(), "fovea.env")
					if err := os.WriteFile(at, []byte(file), 0o600); err != nil {
						t.Fatal(err)
					}
					var given []string
					for _, a := range arguments {
						given = append(given, strings.ReplaceAll(a, "FILE", at))
					}
					command := exec.CommandContext(t.Context(), program, given...) // #nosec G204 -- the arguments are above
					command.Env = []string{"PATH=" + os.Getenv("PATH")}
					output, err := command.Output()
					if err != nil {
						t.Fatal(err)
					}
					return variablesIn(t, output)
				}})
			}
		})
	}
}

// variablesIn decodes what a program printed: JSON, or entries that end with a zero.
func variablesIn(t *testing.T, output []byte) map[string]string {
	t.Helper()
	got := map[string]string{}
	if bytes.HasPrefix(output, []byte("{")) {
		if err := json.Unmarshal(output, &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for entry := range strings.SplitSeq(string(output), "\x00") {
		if name, value, ok := strings.Cut(entry, "="); ok && name != "PATH" {
			got[name] = value
		}
	}
	return got
}

func FuzzReaders(f *testing.F) {
	for _, secret := range secrets {
		f.Add(secret)
	}
	f.Fuzz(func(t *testing.T, secret string) { check(t, secret, readers) })
}
