package examples

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// sessionDir holds the fresh build until the last test has ended.
var sessionDir string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "fovea-examples-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing to be done about what cannot be removed
	sessionDir = dir
	return acctest.Main(m)
}

// session builds the provider for the first test that wants it.
var session = sync.OnceValues(func() (*tfcli.Session, error) {
	ctx := context.Background()
	cli, err := tfcli.Find(ctx, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return nil, err
	}
	return tfcli.NewSession(ctx, cli, sessionDir)
})
