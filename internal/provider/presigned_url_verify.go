package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/text/unicode/norm"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

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
	case o.StorageClass == s3types.StorageClassGlacier, o.StorageClass == s3types.StorageClassDeepArchive:
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
