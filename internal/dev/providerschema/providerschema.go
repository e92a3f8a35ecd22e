// Package providerschema writes a provider's schema as "terraform providers
// schema -json" does, without Terraform: whichever CLI a machine has, the
// documentation made from it is the same, and it holds what that CLI is too
// old to know.
package providerschema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// document is the JSON that "terraform providers schema -json" prints.
type document struct {
	FormatVersion string                    `json:"format_version"`
	Providers     map[string]providerSchema `json:"provider_schemas"`
}

type providerSchema struct {
	Provider           schema                    `json:"provider"`
	Resources          map[string]schema         `json:"resource_schemas,omitempty"`
	DataSources        map[string]schema         `json:"data_source_schemas,omitempty"`
	EphemeralResources map[string]schema         `json:"ephemeral_resource_schemas,omitempty"`
	ListResources      map[string]schema         `json:"list_resource_schemas,omitempty"`
	Actions            map[string]actionSchema   `json:"action_schemas,omitempty"`
	Functions          map[string]function       `json:"functions,omitempty"`
	Identities         map[string]identitySchema `json:"resource_identity_schemas,omitempty"`
}

// JSON asks a provider for its schemas and writes them under the given address.
// It fails when the provider reports an error in them.
func JSON(ctx context.Context, server tfprotov6.ProviderServer, address string) ([]byte, error) {
	all, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking for the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking for the identity schemas: %w", err)
	}
	if err := errors.Join(failures(all.Diagnostics), failures(identities.Diagnostics)); err != nil {
		return nil, err
	}
	return json.Marshal(document{FormatVersion: "1.0", Providers: map[string]providerSchema{address: {
		Provider:           newSchema(all.Provider),
		Resources:          each(all.ResourceSchemas, newSchema),
		DataSources:        each(all.DataSourceSchemas, newSchema),
		EphemeralResources: each(all.EphemeralResourceSchemas, newSchema),
		ListResources:      each(all.ListResourceSchemas, newSchema),
		Actions:            each(all.ActionSchemas, newActionSchema),
		Functions:          each(all.Functions, newFunction),
		Identities:         each(identities.IdentitySchemas, newIdentitySchema),
	}}})
}

func failures(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(errs...)
}

func each[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}
