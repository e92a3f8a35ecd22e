package acctest

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest/compat"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// TestDiagnosticsAreUnderstood takes the provider's own words.
func TestDiagnosticsAreUnderstood(t *testing.T) {
	unsupported := &s3bucket.UnsupportedError{Document: "default encryption", Bucket: "videos", Server: "MinIO at localhost:9000"}
	failure := func(detail string) *tfprotov6.Diagnostic {
		return &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Could not do it", Detail: detail}
	}
	for name, tt := range map[string]struct {
		diagnostics []*tfprotov6.Diagnostic
		proves      bool
		want        compat.Part
	}{
		"success":    {nil, true, compat.Part{Works: true}},
		"a deletion": {nil, false, compat.Part{}},
		"a failure":  {[]*tfprotov6.Diagnostic{failure("The bucket does not exist (it may have been deleted).")}, true, compat.Part{}},
		"a document": {[]*tfprotov6.Diagnostic{failure(awsdiag.Remedy(unsupported))}, true, compat.Part{Refused: []string{"default encryption"}}},
		"IAM": {[]*tfprotov6.Diagnostic{failure("The request went to the server VERSITYGW at localhost:7070, which does not implement IAM. Leave out")},
			true, compat.Part{Refused: []string{"IAM"}}},
		"passed over": {[]*tfprotov6.Diagnostic{{
			Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "The server of the bucket fovea-videos has no default encryption [bucket-part-unsupported]", Detail: awsdiag.Remedy(unsupported),
		}}, true, compat.Part{Works: true, Passed: []string{"default encryption"}}},
	} {
		t.Run(name, func(t *testing.T) {
			var r compat.Recorder
			note(&r, "resource x", tt.diagnostics, tt.proves)
			got := r.Report("moto", []string{"resource x"}, nil).Parts["resource x"]
			if got.Works != tt.want.Works || !slices.Equal(got.Refused, tt.want.Refused) || !slices.Equal(got.Passed, tt.want.Passed) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
