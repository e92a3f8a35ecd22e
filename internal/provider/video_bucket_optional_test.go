package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
)

// TestBucketDefaultsInThePlan knows them at AWS, and elsewhere once the server has
// shown the document.
func TestBucketDefaultsInThePlan(t *testing.T) {
	enabled, suspended, disabled := types.StringValue("Enabled"), types.StringValue("Suspended"), types.StringValue("Disabled")
	null, unknown := types.StringNull(), types.StringUnknown()
	lacking, supported := passedOver{"versioning": true}, passedOver{"versioning": false}
	with := func(versioning types.String) *videoBucketModel { return &videoBucketModel{Versioning: versioning} }
	for name, tt := range map[string]struct {
		before         *videoBucketModel
		passed         passedOver
		aws, elsewhere types.String
	}{
		"new bucket":                 {nil, nil, enabled, unknown},
		"new in place of a lost one": {nil, lacking, enabled, unknown},
		"as it is by default":        {with(enabled), nil, enabled, enabled},
		"changed by somebody":        {with(suspended), nil, enabled, enabled},
		"never had":                  {with(disabled), nil, enabled, unknown},
		"had, and removed":           {with(disabled), supported, enabled, enabled},
		"not there":                  {with(null), nil, enabled, unknown},
		"not there any more":         {with(null), supported, enabled, enabled},
		"passed over":                {with(null), lacking, enabled, null},
	} {
		t.Run(name, func(t *testing.T) {
			passed := tt.passed
			if got := planVersioning(t, "", tt.before, null, passed); !got.Equal(tt.aws) {
				t.Errorf("at AWS: got %s, want %s", got, tt.aws)
			}
			if got := planVersioning(t, "https://minio.example.com", tt.before, null, passed); !got.Equal(tt.elsewhere) {
				t.Errorf("elsewhere: got %s, want %s", got, tt.elsewhere)
			}
			if got := planVersioning(t, "https://minio.example.com", tt.before, suspended, passed); !got.IsNull() {
				t.Errorf("what the configuration asks for became %s", got)
			}
		})
	}
}

// planVersioning plans a bucket of which nothing is planned yet.
func planVersioning(t *testing.T, endpoint string, before *videoBucketModel, asked types.String, passed passedOver) types.String {
	t.Helper()
	clients, problems := awsclient.New(t.Context(), awsclient.Settings{
		Region: "us-east-1", AccessKey: "AKIDEXAMPLE", SecretKey: "secret", Endpoints: awsclient.Endpoints{S3: endpoint},
		SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	schema := videoBucketSchema(t.Context())
	kind, ok := schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	nothing := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		nothing[name] = tftypes.NewValue(attribute, nil)
	}
	resp := resource.ModifyPlanResponse{Plan: tfsdk.Plan{Schema: schema, Raw: tftypes.NewValue(kind, nothing)}}
	r := &videoBucket{resourceBase{newProviderData(clients, tagSettings{})}}
	r.planOptional(t.Context(), before, videoBucketModel{Versioning: asked}, passed, &resp)
	m, ok := decode[videoBucketModel](t.Context(), resp.Plan, &resp.Diagnostics)
	if !ok {
		t.Fatal(resp.Diagnostics)
	}
	return m.Versioning
}
