package provider

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/bucketconf"
)

// TestBucketOnAServerWithoutRegions refreshes on a server that has buckets and
// nothing else. A change of the region would replace the bucket, so one that is
// not named does not change.
func TestBucketOnAServerWithoutRegions(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			w.WriteHeader(http.StatusNotImplemented)
		}
	}))
	t.Cleanup(server.Close)
	clients, problems := awsclient.New(t.Context(), awsclient.Settings{
		Region: "us-east-1", AccessKey: "AKIDEXAMPLE", SecretKey: "secret", PathStyle: true, Endpoints: awsclient.Endpoints{S3: server.URL},
		SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r := &videoBucket{resourceBase{newProviderData(clients, tagSettings{})}}
	for _, tt := range []struct{ before, want types.String }{
		{types.StringValue("eu-west-1"), types.StringValue("eu-west-1")},
		{types.StringNull(), types.StringValue("us-east-1")}, // after an import
	} {
		var diags diag.Diagnostics
		m := videoBucketModel{Bucket: types.StringValue("videos"), Region: tt.before}
		if err := r.refresh(t.Context(), &m, &diags); err != nil || diags.HasError() {
			t.Fatal(err, diags)
		}
		if !m.Region.Equal(tt.want) {
			t.Errorf("region %s became %s", tt.before, m.Region)
		}
		if !m.Encryption.Equal(defaultEncryption()) || m.Versioning.ValueString() != "Enabled" || !m.TagsAll.Equal(mapOf(nil)) {
			t.Errorf("what the server lacks became %s, %s, %s", m.Encryption, m.Versioning, m.TagsAll)
		}
	}
}

// TestBucketDocumentsReadOrNot judges what a read of a document says.
func TestBucketDocumentsReadOrNot(t *testing.T) {
	known, present, absent, byDefault := types.StringValue("known"), types.StringValue("present"), types.StringNull(), types.StringValue("default")
	denied, lacking := errors.New("denied"), &bucketconf.UnsupportedError{Document: "object ownership"}
	for name, tt := range map[string]struct {
		err    error
		before types.String
		want   types.String
		fails  bool
	}{
		"there":                 {nil, known, present, false},
		"not there":             {fmt.Errorf("read: %w", bucketconf.ErrAbsent), known, absent, false},
		"no bucket":             {bucketconf.ErrNoBucket, known, known, true},
		"denied":                {denied, known, known, true},
		"not on this server":    {lacking, known, known, false},
		"not there to be found": {fmt.Errorf("read: %w", lacking), types.StringNull(), byDefault, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.before
			if err := given(tt.err, &got, present, absent, byDefault); (err != nil) != tt.fails || !got.Equal(tt.want) {
				t.Errorf("got %s and %v, want %s", got, err, tt.want)
			}
		})
	}
}
