package provider

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
)

// complainedOf names the attributes with an error, sorted.
func complainedOf(diags diag.Diagnostics) []string {
	var names []string
	for _, d := range diags.Errors() {
		at, ok := d.(diag.DiagnosticWithPath)
		if !ok {
			names = append(names, "no attribute: "+d.Detail())
			continue
		}
		names = append(names, at.Path().String())
	}
	slices.Sort(names)
	return names
}

func TestPresignedURLModelValidate(t *testing.T) {
	put := types.StringValue(http.MethodPut)
	text := types.StringValue("x")
	for name, tt := range map[string]struct {
		model presignedURLModel
		want  []string
	}{
		"nothing but an object":    {presignedURLModel{}, nil},
		"all that GET can do":      {presignedURLModel{VersionID: text, ResponseContentType: text, ResponseContentDisposition: text, VerifyObject: types.BoolValue(true)}, nil},
		"all that PUT cannot do":   {presignedURLModel{Method: put, VersionID: text, ResponseContentType: text, ResponseContentDisposition: text, VerifyObject: types.BoolValue(true)}, []string{"response_content_disposition", "response_content_type", "verify_object", "version_id"}},
		"PUT, nothing to verify":   {presignedURLModel{Method: put, VerifyObject: types.BoolValue(false)}, nil},
		"method not known yet":     {presignedURLModel{Method: types.StringUnknown(), VersionID: text}, nil},
		"window of the default":    {presignedURLModel{StableWindow: types.Int64Value(3600)}, []string{"stable_window"}},
		"window just shorter":      {presignedURLModel{StableWindow: types.Int64Value(3599)}, nil},
		"window, lifetime to come": {presignedURLModel{StableWindow: types.Int64Value(9999), ExpiresIn: types.Int64Unknown()}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			tt.model.validate(&diags)
			if got := complainedOf(diags); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestPresignedURLModelRequest(t *testing.T) {
	m := presignedURLModel{Bucket: types.StringValue("videos"), Key: types.StringValue("a b.mp4")}
	want := awsclient.PresignRequest{Method: http.MethodGet, Bucket: "videos", Key: "a b.mp4", Lifetime: time.Hour}
	if got := m.request(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	m.Method, m.ExpiresIn, m.StableWindow = types.StringValue(http.MethodHead), types.Int64Value(60), types.Int64Value(30)
	m.VersionID, m.ResponseContentType, m.ResponseContentDisposition = types.StringValue("v1"), types.StringValue("video/mp4"), types.StringValue("inline")
	want = awsclient.PresignRequest{
		Method: http.MethodHead, Bucket: "videos", Key: "a b.mp4", VersionID: "v1", ResponseContentType: "video/mp4", ResponseContentDisposition: "inline",
		Lifetime: time.Minute, Window: 30 * time.Second,
	}
	if got := m.request(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestPresignedURLModelFlatten(t *testing.T) {
	var m presignedURLModel
	m.flatten(awsclient.PresignedURL{
		URL: "https://example.com/a", ExpiresAt: time.Date(2030, 1, 2, 3, 4, 5, 0, time.FixedZone("east", 3600)), Headers: map[string]string{"X": "y"},
	})
	if got := m.ExpiresAt.ValueString(); got != "2030-01-02T02:04:05Z" {
		t.Errorf("expires_at is %s", got)
	}
	if got := m.URL.ValueString(); got != "https://example.com/a" {
		t.Errorf("url is %s", got)
	}
	if got := m.Headers.Elements()["X"]; got != types.StringValue("y") {
		t.Errorf("the header is %v", got)
	}
}

// head answers every HeadObject alike.
type head struct {
	out *s3.HeadObjectOutput
	err error
}

func (h head) HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error) {
	return h.out, h.err
}

// GetObject confirms what HeadObject says.
func (h head) GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	return nil, &smithy.GenericAPIError{Code: "NoSuchKey"}
}

func TestPresignedURLModelVerify(t *testing.T) {
	archived := &s3.HeadObjectOutput{StorageClass: s3types.StorageClassDeepArchive}
	restored := &s3.HeadObjectOutput{StorageClass: s3types.StorageClassGlacier, Restore: aws.String(`ongoing-request="false", expiry-date="Fri, 21 Dec 2040 00:00:00 GMT"`)}
	failure := func(code string) error { return &smithy.GenericAPIError{Code: code} }
	version := presignedURLModel{VersionID: types.StringValue("v1")}
	header := presignedURLModel{Method: types.StringValue(http.MethodHead)}
	for name, tt := range map[string]struct {
		model presignedURLModel
		head  head
		want  []string
	}{
		"there":              {presignedURLModel{}, head{out: &s3.HeadObjectOutput{}}, nil},
		"archived":           {presignedURLModel{}, head{out: archived}, []string{"key"}},
		"archived, for HEAD": {header, head{out: archived}, nil},
		"restored":           {presignedURLModel{}, head{out: restored}, nil},
		"absent":             {presignedURLModel{}, head{err: failure("NotFound")}, []string{"key"}},
		"absent version":     {version, head{err: failure("NotFound")}, []string{"version_id"}},
		"denied":             {presignedURLModel{}, head{err: failure("AccessDenied")}, []string{"key"}},
		"broken":             {presignedURLModel{}, head{err: failure("InternalError")}, []string{"key"}},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			ok := tt.model.verify(t.Context(), tt.head, "a.mp4", &diags)
			if got := complainedOf(diags); ok != (tt.want == nil) || !slices.Equal(got, tt.want) {
				t.Errorf("%t, %v, want %v", ok, got, tt.want)
			}
		})
	}
}
