package bucketconf

import (
	"context"
	"errors"
	"net/url"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// errEndless says that a server announces a page and does not say how to get it.
var errEndless = errors.New("the server says that its list goes on, but not where")

// versions gives every version and delete marker in pages of at most 1,000, or
// every object where the server knows no versions.
func (e *emptier) versions(ctx context.Context, do func([]types.ObjectIdentifier)) error {
	in := &s3.ListObjectVersionsInput{Bucket: &e.bucket, EncodingType: types.EncodingTypeUrl}
	for {
		out, err := read(ctx, e.store, part{"list of versions", e.bucket}, func(client *s3.Client) (*s3.ListObjectVersionsOutput, error) {
			return client.ListObjectVersions(ctx, in)
		})
		var unsupported *UnsupportedError
		if errors.As(err, &unsupported) {
			return e.objects(ctx, do)
		}
		if err != nil {
			return err
		}
		page := make([]types.ObjectIdentifier, 0, len(out.Versions)+len(out.DeleteMarkers))
		for _, v := range out.Versions {
			page = append(page, types.ObjectIdentifier{Key: decoded(v.Key, out.EncodingType), VersionId: v.VersionId})
		}
		for _, m := range out.DeleteMarkers {
			page = append(page, types.ObjectIdentifier{Key: decoded(m.Key, out.EncodingType), VersionId: m.VersionId})
		}
		if len(page) > 0 {
			do(page)
		}
		if !aws.ToBool(out.IsTruncated) {
			return nil
		}
		if out.NextKeyMarker == nil {
			return errEndless
		}
		in.KeyMarker, in.VersionIdMarker = decoded(out.NextKeyMarker, out.EncodingType), out.NextVersionIdMarker
	}
}

func (e *emptier) objects(ctx context.Context, do func([]types.ObjectIdentifier)) error {
	in := &s3.ListObjectsV2Input{Bucket: &e.bucket, EncodingType: types.EncodingTypeUrl}
	for {
		out, err := read(ctx, e.store, part{"list of objects", e.bucket}, func(client *s3.Client) (*s3.ListObjectsV2Output, error) {
			return client.ListObjectsV2(ctx, in)
		})
		if err != nil {
			return err
		}
		page := make([]types.ObjectIdentifier, 0, len(out.Contents))
		for _, object := range out.Contents {
			page = append(page, types.ObjectIdentifier{Key: decoded(object.Key, out.EncodingType)})
		}
		if len(page) > 0 {
			do(page)
		}
		if !aws.ToBool(out.IsTruncated) {
			return nil
		}
		if out.NextContinuationToken == nil {
			return errEndless
		}
		in.ContinuationToken = out.NextContinuationToken
	}
}

// uploads gives every unfinished upload that the caller may see. They do not keep
// S3 from deleting the bucket, so not to see them is no error.
func (e *emptier) uploads(ctx context.Context, do func(types.MultipartUpload)) error {
	in := &s3.ListMultipartUploadsInput{Bucket: &e.bucket, EncodingType: types.EncodingTypeUrl}
	for {
		out, err := e.client.ListMultipartUploads(ctx, in)
		if awserr.Unsupported(err) || awserr.Denied(err) {
			return nil
		}
		if err != nil {
			return absent(err)
		}
		for _, upload := range out.Uploads {
			upload.Key = decoded(upload.Key, out.EncodingType)
			do(upload)
		}
		if !aws.ToBool(out.IsTruncated) {
			return nil
		}
		if out.NextKeyMarker == nil {
			return errEndless
		}
		in.KeyMarker, in.UploadIdMarker = decoded(out.NextKeyMarker, out.EncodingType), out.NextUploadIdMarker
	}
}

// decoded undoes the encoding that was asked for, since XML cannot carry every
// key. Some servers take no notice and say so by not naming it.
func decoded(key *string, encoding types.EncodingType) *string {
	if key == nil || encoding != types.EncodingTypeUrl {
		return key
	}
	plain, err := url.QueryUnescape(*key)
	if err != nil {
		return key
	}
	return &plain
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
