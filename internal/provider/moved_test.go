package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// move runs a resource's state movers as the framework does, until one takes the
// source.
func move(t *testing.T, target resource.ResourceWithMoveState, provider, kind, state string) tfsdk.State {
	t.Helper()
	var described resource.SchemaResponse
	target.Schema(t.Context(), resource.SchemaRequest{}, &described)
	empty := tftypes.NewValue(described.Schema.Type().TerraformType(t.Context()), nil)
	resp := resource.MoveStateResponse{TargetState: tfsdk.State{Schema: described.Schema, Raw: empty}}
	for _, mover := range target.MoveState(t.Context()) {
		mover.StateMover(t.Context(), resource.MoveStateRequest{
			SourceProviderAddress: provider, SourceTypeName: kind, SourceRawState: &tfprotov6.RawState{JSON: []byte(state)},
		}, &resp)
	}
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp.TargetState
}

func text(t *testing.T, state tfsdk.State, name string) string {
	t.Helper()
	var value types.String
	if d := state.GetAttribute(context.Background(), path.Root(name), &value); d.HasError() {
		t.Fatal(d)
	}
	return value.ValueString()
}

func TestMovesTakeOverWhatOnlyTheStateKnows(t *testing.T) {
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		aws := host + "/hashicorp/aws"
		if s := move(t, &videoBucket{}, aws, "aws_s3_bucket", `{"bucket":"videos","force_destroy":true,"tags":{"a":"b"}}`); text(t, s, "bucket") != "videos" {
			t.Errorf("%s: %s", host, s.Raw)
		}
		if s := move(t, &bucketCORS{}, aws, "aws_s3_bucket_cors_configuration", `{"bucket":"videos","id":"videos"}`); text(t, s, "bucket") != "videos" {
			t.Errorf("%s: %s", host, s.Raw)
		}
		key := move(t, &accessKey{}, aws, "aws_iam_access_key", `{"id":"AKIAEXAMPLE","user":"app","secret":"hush","encrypted_secret":null}`)
		if text(t, key, "access_key_id") != "AKIAEXAMPLE" || text(t, key, "user") != "app" || text(t, key, "secret_access_key") != "hush" {
			t.Errorf("%s: the key is not carried over", host)
		}
		if s := move(t, &accessRole{}, aws, "aws_iam_role", `{"name":"app"}`); text(t, s, "name") != "app" {
			t.Errorf("%s: %s", host, s.Raw)
		}
	}
}

func TestMovesLeaveOtherSourcesAlone(t *testing.T) {
	for provider, kind := range map[string]string{
		"registry.terraform.io/hashicorp/aws":  "aws_s3_bucket_policy",
		"registry.terraform.io/someone/awsome": "aws_s3_bucket",
	} {
		if s := move(t, &videoBucket{}, provider, kind, `{"bucket":"videos"}`); !s.Raw.IsNull() {
			t.Errorf("%s of %s was taken over", kind, provider)
		}
	}
}
