package tftype

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// judge gives what a validator says of a value.
func judge(t *testing.T, v validator.String, value types.String) diag.Diagnostics {
	t.Helper()
	var resp validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("name"), ConfigValue: value}, &resp)
	return resp.Diagnostics
}

// check wants the values with an empty clause to be accepted, and the others
// to be refused with it on the attribute.
func check(t *testing.T, v validator.String, values map[string]string) {
	t.Helper()
	for value, wrong := range values {
		diags := judge(t, v, types.StringValue(value))
		switch {
		case wrong == "" && len(diags) != 0:
			t.Errorf("%q is refused: %v", value, diags)
		case wrong != "" && (len(diags) != 1 || !strings.Contains(diags[0].Detail(), wrong)):
			t.Errorf("%q: %v, want %q", value, diags, wrong)
		}
	}
	for _, open := range []types.String{types.StringNull(), types.StringUnknown()} {
		if diags := judge(t, v, open); len(diags) != 0 {
			t.Errorf("%s is refused: %v", open, diags)
		}
	}
	if v.MarkdownDescription(t.Context()) == "" || v.Description(t.Context()) != v.MarkdownDescription(t.Context()) {
		t.Error("the description is missing")
	}
}

func TestRefusalSaysWhatWhyAndWhatInstead(t *testing.T) {
	diags := judge(t, BucketName(), types.StringValue("My_videos"))
	if len(diags) != 1 {
		t.Fatal(diags)
	}
	if got, want := diags[0].Detail(), `"My_videos" cannot be used: it has the upper-case letter M. `+bucketNameRules; got != want {
		t.Errorf("%s", got)
	}
	at, ok := diags[0].(diag.DiagnosticWithPath)
	if !ok || !at.Path().Equal(path.Root("name")) {
		t.Errorf("not on the attribute: %v", diags[0])
	}
}

func TestLongValuesAreCut(t *testing.T) {
	diags := judge(t, JSONObject(), types.StringValue("[\""+strings.Repeat("ä", 5000)+"\"]"))
	if len(diags) != 1 || len(diags[0].Detail()) > 500 || !strings.Contains(diags[0].Detail(), `ä"... cannot be used`) {
		t.Errorf("%v", diags)
	}
}

func TestPasswordsAreNeitherQuotedNorPointedTo(t *testing.T) {
	diags := judge(t, ProxyURL(), types.StringValue("ftp://me:hunter2@proxy"))
	if len(diags) != 1 || strings.Contains(diags[0].Detail(), "hunter2") || !strings.HasPrefix(diags[0].Detail(), "name cannot be used: ") {
		t.Fatalf("%v", diags)
	}
	if _, ok := diags[0].(diag.DiagnosticWithPath); ok {
		t.Error("Terraform would print the line with the password")
	}
}
