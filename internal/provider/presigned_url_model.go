package provider

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
)

// defaultURLLifetime is in seconds.
const defaultURLLifetime = 3600

type presignedURLModel struct {
	Bucket                     types.String `tfsdk:"bucket"`
	Key                        types.String `tfsdk:"key"`
	Method                     types.String `tfsdk:"method"`
	ExpiresIn                  types.Int64  `tfsdk:"expires_in"`
	VersionID                  types.String `tfsdk:"version_id"`
	ResponseContentType        types.String `tfsdk:"response_content_type"`
	ResponseContentDisposition types.String `tfsdk:"response_content_disposition"`
	StableWindow               types.Int64  `tfsdk:"stable_window"`
	VerifyObject               types.Bool   `tfsdk:"verify_object"`

	URL       types.String `tfsdk:"url"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	Headers   types.Map    `tfsdk:"headers"`
}

// validate judges the arguments that depend on one another, as far as they are
// known.
func (m presignedURLModel) validate(diags *diag.Diagnostics) {
	if m.method() == http.MethodPut {
		for name, value := range map[string]attr.Value{
			"version_id": m.VersionID, "response_content_type": m.ResponseContentType, "response_content_disposition": m.ResponseContentDisposition,
		} {
			if !value.IsNull() {
				diags.AddAttributeError(path.Root(name), presignedURLInvalid.summary("The presigned URL of the object %s: The argument does not go with PUT", m.object()),
					name+" is about an object that is read, and a URL for PUT writes one. Remove "+name+", or use GET or HEAD as the method.")
			}
		}
		if m.VerifyObject.ValueBool() {
			diags.AddAttributeError(path.Root("verify_object"), presignedURLInvalid.summary("The presigned URL of the object %s: The argument does not go with PUT", m.object()),
				"verify_object wants the object to be there, and a URL for PUT makes it. Remove verify_object, or use GET or HEAD as the method.")
		}
	}
	window, lifetime := m.StableWindow.ValueInt64(), m.lifetime()
	if window > 0 && lifetime > 0 && window >= lifetime {
		diags.AddAttributeError(path.Root("stable_window"), presignedURLInvalid.summary("The presigned URL of the object %s: The stable window is too long", m.object()),
			fmt.Sprintf("It is %d seconds, and the URL lives %d, counted from the beginning of the window: at its end the URL would be dead. "+
				"Use a stable_window shorter than expires_in; the URL then lives for at least the difference.", window, lifetime))
	}
}

func (m presignedURLModel) method() string {
	if m.Method.IsNull() {
		return http.MethodGet
	}
	return m.Method.ValueString()
}

func (m presignedURLModel) lifetime() int64 {
	if m.ExpiresIn.IsNull() {
		return defaultURLLifetime
	}
	return m.ExpiresIn.ValueInt64()
}

func (m presignedURLModel) request() awsclient.PresignRequest {
	return awsclient.PresignRequest{
		Method:                     m.method(),
		Bucket:                     m.Bucket.ValueString(),
		Key:                        m.Key.ValueString(),
		VersionID:                  m.VersionID.ValueString(),
		ResponseContentType:        m.ResponseContentType.ValueString(),
		ResponseContentDisposition: m.ResponseContentDisposition.ValueString(),
		Lifetime:                   time.Duration(m.lifetime()) * time.Second,
		Window:                     time.Duration(m.StableWindow.ValueInt64()) * time.Second,
	}
}

func (m *presignedURLModel) flatten(p awsclient.PresignedURL) {
	m.URL = types.StringValue(p.URL)
	m.ExpiresAt = types.StringValue(p.ExpiresAt.UTC().Format(time.RFC3339))
	m.Headers = mapOf(p.Headers)
}

// sign checks the object if asked to, signs the URL and fills in what is
// computed.
func (m *presignedURLModel) sign(ctx context.Context, clients *awsclient.Clients, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	client, err := clients.S3ForBucket(ctx, bucket)
	if err != nil {
		awsdiag.AddAttribute(diags, path.Root("bucket"), "find the bucket", bucket, err)
		return
	}
	request := m.request()
	if request.Method != http.MethodPut {
		request.Key = m.storedKey(ctx, client)
	}
	if m.VerifyObject.ValueBool() && !m.verify(ctx, client, request.Key, diags) {
		return
	}
	signed, err := clients.Presign(ctx, request)
	if err != nil {
		awsdiag.Add(diags, "sign a URL for", bucket+"/"+m.Key.ValueString(), err)
		return
	}
	if signed.CutShort {
		diags.AddAttributeWarning(path.Root("expires_in"), urlEndsEarly.summary("The presigned URL of the object %s ends before expires_in does", m.object()),
			"It is signed with temporary credentials, and ends when they do. Lower expires_in, or sign with a user's access key, such as one of fovea_access_key.")
	}
	m.flatten(signed)
}
