package provider

import (
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
)

func str(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// block is a provider block with the given arguments, all others being null.
func block(t *testing.T, given map[string]tftypes.Value) tfsdk.Config {
	t.Helper()
	schema := providerSchema()
	object, ok := schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	return tfsdk.Config{Schema: schema, Raw: filled(object, given)}
}

func filled(object tftypes.Object, given map[string]tftypes.Value) tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		values[name] = tftypes.NewValue(kind, nil)
	}
	maps.Copy(values, given)
	return tftypes.NewValue(object, values)
}

// blockOf is a nested block with the given arguments.
func blockOf(t *testing.T, name string, given map[string]tftypes.Value) tftypes.Value {
	t.Helper()
	list, ok := providerSchema().Blocks[name].Type().TerraformType(t.Context()).(tftypes.List)
	if !ok {
		t.Fatalf("%s is no list", name)
	}
	object, ok := list.ElementType.(tftypes.Object)
	if !ok {
		t.Fatalf("%s has no arguments", name)
	}
	return tftypes.NewValue(list, []tftypes.Value{filled(object, given)})
}

func settingsOf(t *testing.T, given map[string]tftypes.Value) awsclient.Settings {
	t.Helper()
	var diags diag.Diagnostics
	m, ok := decode[providerModel](t.Context(), block(t, given), &diags)
	if !ok {
		t.Fatal(diags)
	}
	settings := m.settings(t.Context(), &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return settings
}

func TestSilentBlockSaysNothing(t *testing.T) {
	if got := settingsOf(t, nil); !reflect.DeepEqual(got, awsclient.Settings{}) {
		t.Errorf("%+v", got)
	}
}

func TestSettings(t *testing.T) {
	texts := tftypes.List{ElementType: tftypes.String}
	set := tftypes.Set{ElementType: tftypes.String}
	yes := tftypes.NewValue(tftypes.Bool, true)
	got := settingsOf(t, map[string]tftypes.Value{
		"region": str("eu-west-1"), "profile": str("p"), "access_key": str("AKID"), "secret_key": str("s"), "token": str("t"),
		"shared_config_files":         tftypes.NewValue(texts, []tftypes.Value{str("c1"), str("c2")}),
		"shared_credentials_files":    tftypes.NewValue(texts, []tftypes.Value{str("k")}),
		"s3_use_path_style":           yes,
		"skip_credentials_validation": yes, "skip_requesting_account_id": yes, "skip_region_validation": yes, "skip_metadata_api_check": yes,
		"insecure": yes, "use_fips_endpoint": yes, "use_dualstack_endpoint": yes,
		"max_retries": tftypes.NewValue(tftypes.Number, 7), "retry_mode": str("adaptive"),
		"custom_ca_bundle": str("ca"), "http_proxy": str("http://h"), "https_proxy": str(""), "no_proxy": str("n"),
		"allowed_account_ids":   tftypes.NewValue(set, []tftypes.Value{str("123456789012")}),
		"forbidden_account_ids": tftypes.NewValue(set, []tftypes.Value{str("210987654321")}),
		"endpoints":             blockOf(t, "endpoints", map[string]tftypes.Value{"s3": str("http://s3"), "iam": str("http://iam"), "sts": str("http://sts")}),
		"assume_role": blockOf(t, "assume_role", map[string]tftypes.Value{
			"role_arn": str("r"), "duration": str("1h30m"), "policy": str("{}"), "session_name": str("sn"), "external_id": str("x"), "source_identity": str("si"),
			"policy_arns":         tftypes.NewValue(set, []tftypes.Value{str("pa")}),
			"tags":                tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": str("b")}),
			"transitive_tag_keys": tftypes.NewValue(set, []tftypes.Value{str("a")}),
		}),
		"assume_role_with_web_identity": blockOf(t, "assume_role_with_web_identity", map[string]tftypes.Value{
			"role_arn": str("w"), "duration": str("15m"), "web_identity_token": str("ey"), "web_identity_token_file": str("f"),
		}),
	})
	proxy, direct, skip := "http://h", "", true
	want := awsclient.Settings{
		Region: "eu-west-1", Profile: "p", AccessKey: "AKID", SecretKey: "s", Token: "t",
		SharedConfigFiles: []string{"c1", "c2"}, SharedCredentialsFiles: []string{"k"},
		PathStyle: true, SkipCredentialsValidation: true, SkipRequestingAccountID: true, SkipRegionValidation: true, SkipMetadataAPICheck: &skip,
		Insecure: true, UseFIPS: true, UseDualStack: true, MaxRetries: 7, RetryMode: "adaptive",
		CustomCA: "ca", HTTPProxy: &proxy, HTTPSProxy: &direct, NoProxy: "n",
		AllowedIDs: []string{"123456789012"}, ForbiddenIDs: []string{"210987654321"},
		Endpoints: awsclient.Endpoints{S3: "http://s3", IAM: "http://iam", STS: "http://sts"},
		AssumeRole: []awsclient.AssumeRole{{
			RoleARN: "r", Duration: 90 * time.Minute, Policy: "{}", SessionName: "sn", ExternalID: "x", SourceIdentity: "si",
			PolicyARNs: []string{"pa"}, Tags: map[string]string{"a": "b"}, TransitiveTagKeys: []string{"a"},
		}},
		WebIdentity: &awsclient.WebIdentity{RoleARN: "w", Duration: 15 * time.Minute, Token: "ey", TokenFile: "f"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestNoRetriesAreOneAttempt(t *testing.T) {
	if got := settingsOf(t, map[string]tftypes.Value{"max_retries": tftypes.NewValue(tftypes.Number, 0)}).MaxRetries; got != 1 {
		t.Errorf("%d attempts", got)
	}
}

// TestHalfAKeyIsReportedWhereNoSecretIs: Terraform prints the line of the
// attribute at fault.
func TestHalfAKeyIsReportedWhereNoSecretIs(t *testing.T) {
	for given, missing := range map[string]string{"access_key": "secret_key", "secret_key": "access_key", "token": "access_key"} {
		var resp provider.ValidateConfigResponse
		(&foveaProvider{}).ValidateConfig(t.Context(), provider.ValidateConfigRequest{Config: block(t, map[string]tftypes.Value{given: str("correct-horse-battery-staple")})}, &resp)
		wantError(t, resp.Diagnostics, missing, given+" is set, and "+missing+" is not")
	}
	var resp provider.ValidateConfigResponse
	both := map[string]tftypes.Value{"access_key": str("a"), "secret_key": tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "token": str("t")}
	(&foveaProvider{}).ValidateConfig(t.Context(), provider.ValidateConfigRequest{Config: block(t, both)}, &resp)
	if len(resp.Diagnostics) != 0 {
		t.Error(resp.Diagnostics)
	}
}

func TestUnknownSettingsAreRefusedWhereTheyAre(t *testing.T) {
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	tags := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": unknown})
	for at, given := range map[string]map[string]tftypes.Value{
		"region":                    {"region": unknown},
		"endpoints[0].s3":           {"endpoints": blockOf(t, "endpoints", map[string]tftypes.Value{"s3": unknown})},
		`default_tags[0].tags["a"]`: {"default_tags": blockOf(t, "default_tags", map[string]tftypes.Value{"tags": tags})},
		"allowed_account_ids":       {"allowed_account_ids": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{unknown})},
	} {
		var diags diag.Diagnostics
		refuseUnknown(block(t, given).Raw, &diags)
		wantError(t, diags, at, "Apply that resource first")
	}
	var diags diag.Diagnostics
	refuseUnknown(block(t, map[string]tftypes.Value{"region": str("us-east-1")}).Raw, &diags)
	if len(diags) != 0 {
		t.Error(diags)
	}
}

func TestProblemsAreReportedWithoutSecrets(t *testing.T) {
	var diags diag.Diagnostics
	report([]awsclient.Problem{{
		Setting: "endpoints.0.sts", Summary: "STS failed", Detail: "It was asked.", Err: errors.New("answer to a request with token correct-horse-battery-staple"),
	}}, awsclient.Settings{Token: "correct-horse-battery-staple"}, &diags)
	wantError(t, diags, "endpoints[0].sts", "It was asked.\n\nError: answer to a request with token (secret)")
}

// wantError wants one error, on the attribute, with the text.
func wantError(t *testing.T, diags diag.Diagnostics, at, text string) {
	t.Helper()
	if len(diags) != 1 {
		t.Fatalf("%d diagnostics: %v", len(diags), diags)
	}
	where := path.Empty()
	if with, ok := diags[0].(diag.DiagnosticWithPath); ok {
		where = with.Path()
	}
	if diags[0].Severity() != diag.SeverityError || where.String() != at || !strings.Contains(diags[0].Detail(), text) {
		t.Errorf("on %q: %s: %s, want %q on %q", where, diags[0].Summary(), diags[0].Detail(), text, at)
	}
}
