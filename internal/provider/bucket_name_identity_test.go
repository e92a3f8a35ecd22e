package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestImportBucketName(t *testing.T) {
	identity := bucketNameIdentity{types.StringValue("videos"), types.StringValue("clips")}
	for name, tt := range map[string]struct {
		id         string // "" imports by identity
		want       string // bucket/name
		wantsError bool
	}{
		"bucket":          {id: "videos", want: "videos/EntireBucket"},
		"bucket and name": {id: "videos/clips", want: "videos/clips"},
		"identity":        {want: "videos/clips"},
		"no name":         {id: "videos/", wantsError: true},
		"no bucket":       {id: "/clips", wantsError: true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			var schema resource.SchemaResponse
			newBucketMetrics().Schema(ctx, resource.SchemaRequest{}, &schema)
			req := resource.ImportStateRequest{ID: tt.id}
			if tt.id == "" {
				s := bucketNameIdentitySchema()
				req.Identity = &tfsdk.ResourceIdentity{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(ctx), nil)}
				if problems := req.Identity.Set(ctx, identity); problems.HasError() {
					t.Fatal(problems)
				}
			}
			resp := resource.ImportStateResponse{State: tfsdk.State{
				Schema: schema.Schema, Raw: tftypes.NewValue(schema.Schema.Type().TerraformType(ctx), nil),
			}}
			importBucketName(ctx, defaultMetricsName, req, &resp)
			if resp.Diagnostics.HasError() != tt.wantsError {
				t.Fatalf("diagnostics: %v", resp.Diagnostics)
			}
			if tt.wantsError {
				return
			}
			var m bucketMetricsModel
			if problems := resp.State.Get(ctx, &m); problems.HasError() {
				t.Fatal(problems)
			}
			if got := m.Bucket.ValueString() + "/" + m.Name.ValueString(); got != tt.want {
				t.Errorf("imported %s, want %s", got, tt.want)
			}
		})
	}
}
