package provider_test

import (
	"os"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
