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
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
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
		passed := passedOver{"encryption": true} // by an earlier run
		if err := r.refresh(t.Context(), &m, passed, &diags); err != nil || diags.HasError() {
			t.Fatal(err, diags)
		}
		if !m.Region.Equal(tt.want) {
			t.Errorf("region %s became %s", tt.before, m.Region)
		}
		if !m.Encryption.IsNull() || !m.PublicAccessBlock.IsNull() || !m.Versioning.IsNull() || !m.ObjectOwnership.IsNull() || !m.TagsAll.Equal(mapOf(nil)) {
			t.Errorf("the state promises what the server lacks: %+v", m)
		}
		if len(passed) != 4 || diags.WarningsCount() != 3 {
			t.Errorf("%v is passed over, with the warnings %v", passed, diags.Warnings())
		}
	}
}

// TestBucketDocumentsReadOrNot judges what a read of a document says.
func TestBucketDocumentsReadOrNot(t *testing.T) {
	null := types.StringNull()
	known, present, absent := types.StringValue("known"), types.StringValue("present"), types.StringValue("absent")
	denied, lacking := errors.New("denied"), &s3bucket.UnsupportedError{Document: "object ownership"}
	for name, tt := range map[string]struct {
		before     *types.String // "known" when it is not given
		value      types.String
		err        error
		passed     bool
		want       types.String
		fails      bool
		passedThen bool
		supports   bool
		warns      int
	}{
		"there":                        {value: present, want: present, supports: true},
		"there for the first time":     {before: &absent, value: present, want: present, supports: true},
		"there after all":              {value: present, passed: true, want: present, supports: true},
		"not there any more":           {err: fmt.Errorf("read: %w", s3bucket.ErrAbsent), want: absent, supports: true},
		"reads as if it were not":      {value: absent, want: absent, supports: true},
		"never there":                  {before: &absent, err: s3bucket.ErrAbsent, want: absent},
		"not there, imported":          {before: &null, err: s3bucket.ErrAbsent, want: absent},
		"passed over, not there":       {err: s3bucket.ErrAbsent, passed: true, want: types.StringNull(), passedThen: true},
		"passed over, reads as if not": {value: absent, passed: true, want: types.StringNull(), passedThen: true},
		"no bucket":                    {err: s3bucket.ErrNoBucket, want: known, fails: true},
		"denied":                       {err: denied, want: known, fails: true},
		"denied, passed over":          {err: denied, passed: true, want: known, fails: true, passedThen: true},
		"not on this server":           {err: fmt.Errorf("read: %w", lacking), want: types.StringNull(), passedThen: true, warns: 1},
		"still not on this server":     {err: lacking, passed: true, want: types.StringNull(), passedThen: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, passed := known, passedOver{}
			if tt.before != nil {
				got = *tt.before
			}
			if tt.passed {
				passed["object_ownership"] = true
			}
			d := optionalDocumentAt(&got, optionalDocument{attribute: "object_ownership", absent: absent, null: types.StringNull()})
			var diags diag.Diagnostics
			err := d.found(tt.value, tt.err, "videos", passed, &diags)
			if (err != nil) != tt.fails || !got.Equal(tt.want) {
				t.Errorf("got %s and %v, want %s", got, err, tt.want)
			}
			if passed["object_ownership"] != tt.passedThen || len(diags) != tt.warns {
				t.Errorf("passed over: %v, diagnostics: %v", passed, diags)
			}
			if got := passed.supports("object_ownership"); got != tt.supports {
				t.Errorf("supported: got %t, want %t", got, tt.supports)
			}
		})
	}
}
