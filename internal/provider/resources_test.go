package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/provider"
)

// resourceKinds names every resource of the provider.
func resourceKinds(t *testing.T) []string {
	t.Helper()
	var kinds []string
	for kind := range resourcesByKind(t) {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

func resourcesByKind(t *testing.T) map[string]fwresource.Resource {
	t.Helper()
	all := map[string]fwresource.Resource{}
	for _, make := range provider.New("test")().Resources(t.Context()) {
		r := make()
		var resp fwresource.MetadataResponse
		r.Metadata(t.Context(), fwresource.MetadataRequest{ProviderTypeName: "fovea"}, &resp)
		all[resp.TypeName] = r
	}
	return all
}

// withoutMove are the resources that no resource of hashicorp/aws can be moved to,
// and why.
var withoutMove = map[string]string{
	"fovea_manifest": "hashicorp/aws has no manifests. An aws_s3_object keeps its content in the state or in a file of the machine, and goes on writing it; an import adopts the object as it is",
}

// withoutTimeouts are the resources that have no timeouts block, and why.
var withoutTimeouts = map[string]string{
	"fovea_access_user":      "IAM answers at once; what waits for consistency is bounded by itself",
	"fovea_access_key":       "as fovea_access_user",
	"fovea_access_role":      "as fovea_access_user",
	"fovea_replication_role": "as fovea_access_user",
}

// TestEveryResourceIsComplete looks for what every resource has to have beside its
// create, read, update and delete.
func TestEveryResourceIsComplete(t *testing.T) {
	kinds := resourcesByKind(t)
	for kind, r := range kinds {
		t.Run(kind, func(t *testing.T) {
			checkIdentity(t, r)
			if strings.Contains(fmt.Sprintf("%T", r), ".bucketDocument[") && !slices.Contains(documentKinds, kind) {
				t.Error("it is a bucketDocument and missing in documentKinds of bucket_document_safety_test.go")
			}
			if _, ok := r.(fwresource.ResourceWithImportState); !ok {
				t.Error("it has no import")
			}
			mover, moves := r.(fwresource.ResourceWithMoveState)
			if why, without := withoutMove[kind]; moves == without {
				t.Errorf("it takes moved blocks: %t, but: %s. Its sources are in its MoveState, or awsType of a bucketDocument, the reason for none in withoutMove", moves, why)
			}
			if moves && len(mover.MoveState(t.Context())) == 0 {
				t.Error("it has a MoveState without a source")
			}
			checkTimeouts(t, kind, r)
			checkSchemaVersion(t, r)
			for _, file := range []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
				text, err := os.ReadFile(filepath.Join("..", "..", "examples", "resources", kind, file))
				if err != nil {
					t.Errorf("it has no example: %v", err)
				} else if !strings.Contains(string(text), kind) {
					t.Errorf("the example %s does not have the resource", file)
				}
			}
			if !acctest.Judged(kind) {
				t.Error("internal/dev/acctest/gaps.go does not say whether other servers have it: name it in a gap, or in everywhere")
			}
		})
	}
	for _, reasons := range []map[string]string{withoutMove, withoutTimeouts} {
		for kind := range reasons {
			if kinds[kind] == nil {
				t.Errorf("%s is excused, and is no resource", kind)
			}
		}
	}
}

func checkIdentity(t *testing.T, r fwresource.Resource) {
	t.Helper()
	identified, ok := r.(fwresource.ResourceWithIdentity)
	if !ok {
		t.Error("it has no identity")
		return
	}
	var resp fwresource.IdentitySchemaResponse
	identified.IdentitySchema(t.Context(), fwresource.IdentitySchemaRequest{}, &resp)
	if len(resp.IdentitySchema.Attributes) == 0 {
		t.Error("its identity has no attributes")
	}
	for name := range resp.IdentitySchema.Attributes {
		if strings.Contains(name, "account") || strings.Contains(name, "region") {
			t.Errorf("its identity has %s, which may change: it holds the natural key only", name)
		}
	}
}

// checkSchemaVersion holds for the guide to upgrading: states of every earlier version
// of the schema can be read.
func checkSchemaVersion(t *testing.T, r fwresource.Resource) {
	t.Helper()
	var resp fwresource.SchemaResponse
	r.Schema(t.Context(), fwresource.SchemaRequest{}, &resp)
	var upgraders map[int64]fwresource.StateUpgrader
	if upgrader, ok := r.(fwresource.ResourceWithUpgradeState); ok {
		upgraders = upgrader.UpgradeState(t.Context())
	}
	for version := range resp.Schema.Version {
		if _, ok := upgraders[version]; !ok {
			t.Errorf("got schema version %d and no upgrader of version %d, want one for each earlier version, and a line in the guide to upgrading", resp.Schema.Version, version)
		}
	}
}

func checkTimeouts(t *testing.T, kind string, r fwresource.Resource) {
	t.Helper()
	var resp fwresource.SchemaResponse
	r.Schema(t.Context(), fwresource.SchemaRequest{}, &resp)
	_, has := resp.Schema.Blocks["timeouts"]
	if !has {
		_, has = resp.Schema.Attributes["timeouts"]
	}
	if why, without := withoutTimeouts[kind]; has == without {
		t.Errorf("it has timeouts: %t, but: %s. A reason for none belongs into withoutTimeouts", has, why)
	}
}
