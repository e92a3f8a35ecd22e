package provider_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestMain(m *testing.M) {
	code := acctest.Main(m)
	if err := os.RemoveAll(cliSessionDir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code == 0 {
		if err := everyExampleHasATest(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
