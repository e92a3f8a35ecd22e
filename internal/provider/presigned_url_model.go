package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
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
func (m *presignedURLModel) sign(ctx context.Context, p *providerData, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	client, err := p.buckets.Client(ctx, bucket)
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
	signed, err := p.clients.Presign(ctx, request)
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

// objectHeader is what a check of an object needs of S3.
type objectHeader interface {
	GetObject(ctx context.Context, in *s3.GetObjectInput, optFns ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(ctx context.Context, in *s3.HeadObjectInput, optFns ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
}

// verify reports whether the object is there and, for GET, whether it can be
// read; diags say why not.
func (m presignedURLModel) verify(ctx context.Context, client objectHeader, key string, diags *diag.Diagnostics) bool {
	out, err := m.head(ctx, client, key)
	if err != nil {
		m.explainAbsence(err, diags)
		return false
	}
	if state := archiveState(out); state != "" && m.method() == http.MethodGet {
		diags.AddAttributeError(path.Root("key"), objectUnusable.summary("The object %s is archived", m.object()),
			fmt.Sprintf("%s %s. It is listed, and a URL for it can be signed, but it does not play: S3 answers 403 InvalidObjectState. "+
				"Restore it, for example with \"aws s3api restore-object\"; or archive videos in GLACIER_IR, which stays playable.", m.object(), state))
		return false
	}
	return true
}

// head looks for the object under a key. The error is awserr.ObjectGone only if S3 says
// that it does not exist.
func (m presignedURLModel) head(ctx context.Context, client objectHeader, key string) (*s3.HeadObjectOutput, error) {
	bucket, version := m.Bucket.ValueString(), m.VersionID.ValueStringPointer()
	out, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key, VersionId: version})
	if err != nil {
		return nil, awserr.ConfirmObjectGone(ctx, client, bucket, key, version, err)
	}
	return out, nil
}

// storedKey gives the key under which the object is stored. Terraform composes all
// characters of a string (Unicode's form NFC), and S3 tells "é" in one character from
// "e" with an accent behind it, as macOS writes names (NFD). So a key that differs
// between the two is looked up, and the decomposed one taken only where it exists alone.
func (m presignedURLModel) storedKey(ctx context.Context, client objectHeader) string {
	given := m.Key.ValueString()
	decomposed := norm.NFD.String(given)
	if decomposed == given {
		return given
	}
	// Without s3:ListBucket, S3 answers for an object that is not there as for one that
	// may not be read.
	if _, err := m.head(ctx, client, given); !awserr.ObjectGone(err) && !awserr.Denied(err) {
		return given
	}
	if _, err := m.head(ctx, client, decomposed); err != nil {
		return given
	}
	return decomposed
}

func (m presignedURLModel) explainAbsence(err error, diags *diag.Diagnostics) {
	at := path.Root("key")
	if !m.VersionID.IsNull() {
		at = path.Root("version_id")
	}
	switch {
	case awserr.ObjectGone(err):
		diags.AddAttributeError(at, objectUnusable.summary("The object %s does not exist", m.object()),
			m.object()+" is not there. Keys are matched letter by letter, case and extension included. Upload the object first, or set verify_object to false to sign a URL all the same.")
	case awserr.Status(err) == http.StatusMethodNotAllowed && at.Equal(path.Root("version_id")):
		diags.AddAttributeError(at, objectUnusable.summary("The version of the object %s is a delete marker", m.object()),
			m.object()+" says that the object was deleted, and has no content. Use the version before it.")
	case awserr.Denied(err):
		diags.AddAttributeError(at, objectUnusable.summary("The object %s could not be checked", m.object()),
			m.object()+" may not be read with these credentials, or it does not exist: to a caller without s3:ListBucket on the bucket S3 answers the two alike. "+
				"Grant s3:GetObject and s3:ListBucket, or set verify_object to false.\n\n"+awsdiag.Detail(err))
	default:
		awsdiag.AddAttribute(diags, at, "check", m.object(), err)
	}
}

// object names the object in messages.
func (m presignedURLModel) object() string {
	name := "s3://" + m.Bucket.ValueString() + "/" + m.Key.ValueString()
	if !m.VersionID.IsNull() {
		name += " (version " + m.VersionID.ValueString() + ")"
	}
	return name
}

// archiveState says, as the end of a sentence, why an object cannot be read
// without being restored first, or "".
func archiveState(o *s3.HeadObjectOutput) string {
	restore := ""
	if o.Restore != nil {
		restore = *o.Restore
	}
	state := ""
	switch {
	case s3wire.Archived(string(o.StorageClass)):
		state = "is in the storage class " + string(o.StorageClass)
	case o.ArchiveStatus != "":
		state = "is in the archive tier " + string(o.ArchiveStatus) + " of INTELLIGENT_TIERING"
	}
	switch {
	case state == "" || strings.Contains(restore, `ongoing-request="false"`):
		return ""
	case strings.Contains(restore, `ongoing-request="true"`):
		return state + ", and is being restored but not ready"
	}
	return state
}
