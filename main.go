// Command terraform-provider-fovea is the Terraform provider for the S3 storage
// of FOVEA.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/parafovea/terraform-provider-fovea/internal/provider"
)

// version is set by the linker in a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "let a debugger such as delve attach")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/parafovea/fovea",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
