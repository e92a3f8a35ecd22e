package s3bucket

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// versions gives every version and delete marker in pages of at most 1,000, or
// every object where the server knows no versions.
func (e *emptier) versions(ctx context.Context, do func([]types.ObjectIdentifier)) error {
	for out, err := range s3wire.Versions(ctx, persistent{e}, s3.ListObjectVersionsInput{Bucket: &e.bucket}) {
		var unsupported *UnsupportedError
		if errors.As(err, &unsupported) {
			return e.objects(ctx, do)
		}
		if err != nil {
			return err
		}
		page := make([]types.ObjectIdentifier, 0, len(out.Versions)+len(out.DeleteMarkers))
		for _, v := range out.Versions {
			page = append(page, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range out.DeleteMarkers {
			page = append(page, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(page) > 0 {
			do(page)
		}
	}
	return nil
}

func (e *emptier) objects(ctx context.Context, do func([]types.ObjectIdentifier)) error {
	for out, err := range s3wire.Objects(ctx, persistent{e}, s3.ListObjectsV2Input{Bucket: &e.bucket}) {
		if err != nil {
			return err
		}
		page := make([]types.ObjectIdentifier, 0, len(out.Contents))
		for _, object := range out.Contents {
			page = append(page, types.ObjectIdentifier{Key: object.Key})
		}
		if len(page) > 0 {
			do(page)
		}
	}
	return nil
}

// persistent lists with the retries and the errors of the emptier's store.
type persistent struct{ *emptier }

// ListObjectVersions implements s3wire.VersionLister.
func (p persistent) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput, _ ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error) {
	return attempt(ctx, p.store, part{document: "list of versions", bucket: p.bucket}, func(client *s3.Client) (*s3.ListObjectVersionsOutput, error) {
		return client.ListObjectVersions(ctx, in)
	})
}

// ListObjectsV2 implements s3wire.ObjectLister.
func (p persistent) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	return attempt(ctx, p.store, part{document: "list of objects", bucket: p.bucket}, func(client *s3.Client) (*s3.ListObjectsV2Output, error) {
		return client.ListObjectsV2(ctx, in)
	})
}

// uploads gives every unfinished upload that the caller may see. They do not keep
// S3 from deleting the bucket, so not to see them is no error.
func (e *emptier) uploads(ctx context.Context, do func(types.MultipartUpload)) error {
	for out, err := range s3wire.Uploads(ctx, e.client, s3.ListMultipartUploadsInput{Bucket: &e.bucket}) {
		if awserr.Unsupported(err) || awserr.Denied(err) {
			return nil
		}
		if err != nil {
			return absent(err)
		}
		for _, upload := range out.Uploads {
			do(upload)
		}
	}
	return nil
}

// split sets the keys apart that XML 1.0 cannot carry, so neither can a batch.
func split(page []types.ObjectIdentifier) (batch, alone []types.ObjectIdentifier) {
	for _, object := range page {
		if inXML(aws.ToString(object.Key)) {
			batch = append(batch, object)
		} else {
			alone = append(alone, object)
		}
	}
	return batch, alone
}

// inXML reports whether all of s is of XML 1.0's production Char.
func inXML(s string) bool {
	for _, r := range s {
		switch {
		case r == '\t', r == '\n', r == '\r',
			r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		default:
			return false
		}
	}
	return utf8.ValidString(s)
}
