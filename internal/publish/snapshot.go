package publish

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// SnapshotClient is what snapshots need of S3.
type SnapshotClient interface {
	header
	s3wire.ObjectLister
	uploader
	CopyObject(context.Context, *s3.CopyObjectInput, ...func(*s3.Options)) (*s3.CopyObjectOutput, error)
	UploadPartCopy(context.Context, *s3.UploadPartCopyInput, ...func(*s3.Options)) (*s3.UploadPartCopyOutput, error)
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

// Snapshots says where copies of published manifests go, and how many stay.
type Snapshots struct {
	Prefix string // of their keys
	Keep   int
}

// SnapshotSuffix ends the keys of snapshots.
const SnapshotSuffix = ".json"

const snapshotTime = "2006-01-02T15-04-05Z"

var snapshotName = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.json$`)

// defaultKey is that of the manifest which FOVEA looks for.
const defaultKey = "manifest.json"

// of gives what the keys of one manifest's snapshots begin with. Others of the bucket may
// have the same prefix: their snapshots lie in a folder each.
func (s Snapshots) of(key string) string {
	if key == defaultKey {
		return s.Prefix
	}
	return s.Prefix + key + "/"
}

// target is the key of the snapshot of a manifest.
func (s Snapshots) target(key string, published Current) string {
	return s.of(key) + published.GeneratedAt.UTC().Truncate(time.Second).Format(snapshotTime) + SnapshotSuffix
}

// Missing reports whether a manifest has no snapshot although Publish wrote it, as
// after a run that ended in between. One that another program wrote gets none.
func (s Snapshots) Missing(ctx context.Context, client header, bucket, key string, published Current) (bool, error) {
	if !published.Marked || published.GeneratedAt.IsZero() {
		return false, nil
	}
	_, err := HeadOf(ctx, client, bucket, s.target(key, published))
	if errors.Is(err, ErrAbsent) {
		return true, nil
	}
	return false, err
}

// SaveMissing is Save for a manifest that an earlier run published, if it has no
// snapshot.
func (s Snapshots) SaveMissing(ctx context.Context, client SnapshotClient, bucket, key string, published Current) error {
	missing, err := s.Missing(ctx, client, bucket, key, published)
	if err != nil {
		return fmt.Errorf("looking for the snapshot %s: %w", s.target(key, published), err)
	}
	if !missing {
		return nil
	}
	return s.Save(ctx, client, bucket, key, published)
}

// Save copies a manifest that was published, and deletes the oldest copies beyond Keep.
// It deletes only what has the name of a snapshot and is one. It fails with an error that is
// awserr.PreconditionFailed if the manifest is another one by now.
func (s Snapshots) Save(ctx context.Context, client SnapshotClient, bucket, key string, published Current) error {
	c := snapshotCopy{client: client, bucket: bucket, key: key, target: s.target(key, published), published: published}
	if published.ETag != "" {
		c.ifMatch = aws.String(`"` + published.ETag + `"`)
	}
	err := c.send(ctx)
	if awserr.PreconditionFailed(err) {
		// Some servers do not compare ETags as they state them.
		if head, problem := HeadOf(ctx, client, bucket, key); problem == nil && head.ETag == published.ETag {
			c.ifMatch = nil
			err = c.send(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("copying the manifest to %s: %w", c.target, err)
	}
	return s.prune(ctx, client, bucket, s.of(key), c.target)
}

// snapshotCopy is one copy of a manifest.
type snapshotCopy struct {
	client      SnapshotClient
	bucket, key string
	target      string // key of the snapshot
	published   Current
	ifMatch     *string
}

// singleCopy is how many bytes S3 copies in one request.
var singleCopy int64 = 5 << 30

func (c *snapshotCopy) send(ctx context.Context) error {
	source := s3wire.CopySource(c.bucket, c.key, c.published.VersionID)
	u := upload{client: c.client, bucket: c.bucket, key: c.target, mark: markSnapshot, anything: true, began: c.published.GeneratedAt}
	if c.published.Size <= singleCopy {
		_, err := c.client.CopyObject(ctx, &s3.CopyObjectInput{
			Bucket: &c.bucket, Key: &c.target, CopySource: &source, CopySourceIfMatch: c.ifMatch,
			MetadataDirective: types.MetadataDirectiveReplace, ContentType: aws.String(contentType), Metadata: u.metadata(),
		})
		return err
	}
	_, _, err := u.inParts(ctx, c.published.Size, partSize(c.published.Size), func(ctx context.Context, id *string, number int32, from, length int64) (part types.CompletedPart, err error) {
		out, err := c.client.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
			Bucket: &c.bucket, Key: &c.target, UploadId: id, PartNumber: &number, CopySource: &source, CopySourceIfMatch: c.ifMatch,
			CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", from, from+length-1)),
		})
		if err != nil {
			return part, err
		}
		part.PartNumber = &number
		if r := out.CopyPartResult; r != nil {
			part.ETag = r.ETag
			part.ChecksumCRC32, part.ChecksumCRC32C, part.ChecksumCRC64NVME = r.ChecksumCRC32, r.ChecksumCRC32C, r.ChecksumCRC64NVME
			part.ChecksumSHA1, part.ChecksumSHA256 = r.ChecksumSHA1, r.ChecksumSHA256
		}
		return part, nil
	})
	return err
}

// prune deletes the oldest snapshots beyond Keep, and never the one that was just
// saved. An object with the name of a snapshot may be somebody's own: it stays.
func (s Snapshots) prune(ctx context.Context, client SnapshotClient, bucket, prefix, saved string) error {
	keys := []string{}
	for page, err := range s3wire.Objects(ctx, client, s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix, Delimiter: aws.String("/")}) {
		if err != nil {
			return fmt.Errorf("listing the snapshots below %s: %w", prefix, err)
		}
		for _, object := range page.Contents {
			if name, below := strings.CutPrefix(*object.Key, prefix); below && snapshotName.MatchString(name) && *object.Key != saved {
				keys = append(keys, *object.Key)
			}
		}
	}
	slices.Sort(keys) // their names sort by age
	var problems []error
	for _, key := range keys[:max(0, len(keys)+1-s.Keep)] {
		ours, err := isSnapshot(ctx, client, bucket, key)
		if err == nil && ours {
			_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("deleting the old snapshot %s: %w", key, err))
		}
	}
	return errors.Join(problems...)
}

// isSnapshot reports whether an object is a copy of a manifest: it has the mark, or it
// has none, as copies from before there were marks, and reads as a manifest.
func isSnapshot(ctx context.Context, client header, bucket, key string) (bool, error) {
	mark, err := markOf(ctx, client, bucket, key, nil)
	if err == nil && mark == "" {
		err = readManifest(ctx, client, bucket, key, nil)
		mark = markSnapshot
	}
	if errors.Is(err, manifest.ErrNotManifest) || errors.Is(err, ErrAbsent) {
		return false, nil
	}
	return err == nil && mark == markSnapshot, err
}
