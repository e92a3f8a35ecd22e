package provider_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// standIn has the name of hashicorp/aws, and resources with some of its attributes.
// It keeps them in the state and touches nothing, so that a test says what the
// state of hashicorp/aws is, without having it.
type standIn struct{}

func (standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aws"
}
func (standIn) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (standIn) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (standIn) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (standIn) Resources(context.Context) []func() fwresource.Resource {
	var all []func() fwresource.Resource
	for kind, attributes := range map[string][]string{
		"aws_s3_bucket":                         {"bucket", "bucket_prefix", "arn", "acl", "policy"},
		"aws_s3_bucket_cors_configuration":      {"bucket"},
		"aws_s3_bucket_lifecycle_configuration": {"bucket", "expected_bucket_owner"},
		"aws_s3_bucket_policy":                  {"bucket"},
		"aws_iam_user":                          {"name", "path", "arn", "unique_id", "permissions_boundary"},
		"aws_iam_user_policy":                   {"name", "user", "policy"},
		"aws_iam_access_key":                    {"id", "user", "status", "secret", "pgp_key", "encrypted_secret", "key_fingerprint"},
		"aws_iam_role":                          {"name", "path", "arn", "assume_role_policy"},
		"aws_iam_role_policy":                   {"name", "role", "policy"},
		"aws_iam_instance_profile":              {"name", "role"},
	} {
		all = append(all, func() fwresource.Resource { return kept{kind, attributes} })
	}
	return all
}

type kept struct {
	kind  string
	texts []string
}

func (k kept) Metadata(_ context.Context, _ fwresource.MetadataRequest, resp *fwresource.MetadataResponse) {
	resp.TypeName = k.kind
}

func (k kept) Schema(_ context.Context, _ fwresource.SchemaRequest, resp *fwresource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{
		"force_destroy": schema.BoolAttribute{Optional: true},
		// The blocks of aws_s3_bucket before version 4 are lists of objects.
		"versioning":     schema.ListAttribute{Optional: true, ElementType: types.MapType{ElemType: types.BoolType}},
		"lifecycle_rule": schema.ListAttribute{Optional: true, ElementType: types.MapType{ElemType: types.StringType}},
	}
	for _, name := range k.texts {
		resp.Schema.Attributes[name] = schema.StringAttribute{Optional: true}
	}
}

func (k kept) Create(_ context.Context, req fwresource.CreateRequest, resp *fwresource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
}
func (k kept) Read(context.Context, fwresource.ReadRequest, *fwresource.ReadResponse) {}
func (k kept) Update(_ context.Context, req fwresource.UpdateRequest, resp *fwresource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}
func (k kept) Delete(context.Context, fwresource.DeleteRequest, *fwresource.DeleteResponse) {}

// runMoves runs steps with the stand-in beside the provider.
func (w *warnings) runMoves(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{Steps: steps, ProtoV6ProviderFactories: w.besideStandIn()})
}

func (w *warnings) besideStandIn() map[string]func() (tfprotov6.ProviderServer, error) {
	factories := w.factories()
	factories["aws"] = providerserver.NewProtocol6WithError(standIn{})
	return factories
}

// moveBlock moves the resource of a kind that has the same label.
func moveBlock(kind, to string) string {
	_, label, _ := strings.Cut(to, ".")
	return fmt.Sprintf("moved {\n  from = %s.%s\n  to   = %s\n}\n", kind, label, to)
}

// oldBlock is a resource "this" of the stand-in.
func oldBlock(kind, arguments string) string {
	return fmt.Sprintf("resource %q \"this\" {\n%s\n}\n", kind, arguments)
}

// movable is a resource of the stand-in, and the resource "this" that it becomes.
type movable struct {
	kind, old string // with the arguments
	to, block string // with the kind
	changes   []string
	state     map[string]knownvalue.Check // after the move
	warnings  []string
	end       func() // to be called before everything is destroyed
}

// moves moves resources, by the name of the case: the plans change what is said, and
// are empty then.
func moves(t *testing.T, e *acctest.Env, cases map[string]movable) {
	t.Helper()
	var all [][]resource.TestStep
	var warned []string
	for name, c := range cases {
		label := labelOf(name)
		address, block := c.to+"."+label, labelled(c.block, label)
		second := resource.TestStep{Config: block + moveBlock(c.kind, address), ConfigPlanChecks: before(plannedMove(address, c.changes)...)}
		for attribute, want := range c.state {
			second.ConfigStateChecks = append(second.ConfigStateChecks, stateOf(address)(attribute, want))
		}
		all = append(all, []resource.TestStep{{Config: labelled(oldBlock(c.kind, c.old), label)}, second, {Config: block, PostApplyFunc: c.end}})
		warned = append(warned, c.warnings...)
	}
	var heard warnings
	test := sideBySide(t, e, all...)
	test.Steps[1].PostApplyFunc = heard.expect(t, warned...)
	test.Steps[2].ConfigPlanChecks = nothing()
	test.ProtoV6ProviderFactories = heard.besideStandIn()
	resource.Test(t, test)
}
