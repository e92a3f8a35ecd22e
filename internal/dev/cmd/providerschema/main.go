// Command providerschema prints the schema of this provider for tfplugindocs,
// which looks for it under the namespace hashicorp.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/providerschema"
	"github.com/parafovea/terraform-provider-fovea/internal/provider"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "providerschema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	server, err := providerserver.NewProtocol6WithError(provider.New("docs")())()
	if err != nil {
		return err
	}
	out, err := providerschema.JSON(ctx, server, "registry.terraform.io/hashicorp/fovea")
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(out))
	return err
}
