package publish

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// Videos yields a bucket's videos in the byte order of their keys. A listing that
// fails ends it with an error.
func Videos(ctx context.Context, client keyscan.Lister, s Selection) iter.Seq2[manifest.Video, error] {
	return videos(ctx, client, s, nil)
}

// videos tells a census, unless it is nil, of everything that it comes across.
func videos(ctx context.Context, client keyscan.Lister, s Selection, c *census) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		var sidecars hashSet
		if s.Full || c != nil && s.partial() {
			found, err := rootSidecars(ctx, client, s)
			if err != nil {
				yield(manifest.Video{}, err)
				return
			}
			sidecars = found
			if c != nil {
				c.sidecars = found
			}
		}
		for object, err := range s.scan(ctx, client) {
			if err != nil {
				yield(manifest.Video{}, err)
				return
			}
			if !s.matches(object.Key) {
				if c != nil && !s.Full && !s.partial() && isSidecar(object.Key) {
					c.sidecars.add(object.Key)
				}
				continue
			}
			v := manifest.Video{Key: object.Key, Size: object.Size, LastModified: object.LastModified}
			if s.Full {
				v.Details = &manifest.Details{ETag: bare(&object.ETag), StorageClass: object.StorageClass}
				if v.Details.StorageClass == "" {
					v.Details.StorageClass = "STANDARD" // as S3 means it
				}
				if info := infoKey(object.Key); sidecars.has(info) {
					v.Details.InfoKey = info
				}
			}
			if c != nil {
				c.add(object)
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// partial reports whether the scan leaves out sidecars at the root.
func (s Selection) partial() bool { return s.Prefix != "" || len(s.ExcludePrefixes) > 0 }

func (s Selection) scan(ctx context.Context, client keyscan.Lister) iter.Seq2[keyscan.Object, error] {
	return keyscan.Scan(ctx, client, keyscan.Options{
		Bucket: s.Bucket, Prefix: s.Prefix, ExcludePrefixes: s.ExcludePrefixes, Concurrency: s.Concurrency, OmitETags: !s.Full,
	})
}

// rootSidecars lists the root of the bucket alone: S3 passes over what lies in
// folders.
func rootSidecars(ctx context.Context, client s3.ListObjectsV2APIClient, s Selection) (hashSet, error) {
	var found hashSet
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &s.Bucket, Delimiter: aws.String("/")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return hashSet{}, err
		}
		for _, object := range page.Contents {
			if key := aws.ToString(object.Key); isSidecar(key) {
				found.add(key)
			}
		}
	}
	return found, nil
}

// Digest lists the videos and sums them up, without keeping them.
func Digest(ctx context.Context, client keyscan.Lister, s Selection) (manifest.Summary, error) {
	digester := manifest.NewDigester()
	for v, err := range Videos(ctx, client, s) {
		if err != nil {
			return manifest.Summary{}, err
		}
		digester.Add(v)
	}
	return digester.Sum(), nil
}
