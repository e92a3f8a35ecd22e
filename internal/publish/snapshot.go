package publish

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// SnapshotClient is what snapshots need of S3.
type SnapshotClient interface {
	s3.ListObjectsV2APIClient
	CopyObject(context.Context, *s3.CopyObjectInput, ...func(*s3.Options)) (*s3.CopyObjectOutput, error)
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

// Save copies a manifest that was just published, and deletes the oldest copies
// beyond Keep. It deletes only what has the name of a snapshot.
func (s Snapshots) Save(ctx context.Context, client SnapshotClient, bucket, key string, published Current) error {
	prefix := s.of(key)
	target := prefix + published.GeneratedAt.UTC().Truncate(time.Second).Format(snapshotTime) + SnapshotSuffix
	source := bucket + "/" + strings.ReplaceAll(url.PathEscape(key), "%2F", "/")
	if published.VersionID != "" {
		source += "?versionId=" + url.QueryEscape(published.VersionID)
	}
	if _, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &bucket, Key: &target, CopySource: &source}); err != nil {
		return fmt.Errorf("copying the manifest to %s: %w", target, err)
	}
	return s.prune(ctx, client, bucket, prefix)
}

func (s Snapshots) prune(ctx context.Context, client SnapshotClient, bucket, prefix string) error {
	var keys []string
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix, Delimiter: aws.String("/")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("listing the snapshots below %s: %w", prefix, err)
		}
		for _, object := range page.Contents {
			if key := aws.ToString(object.Key); snapshotName.MatchString(strings.TrimPrefix(key, prefix)) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys) // their names sort by age
	var problems []error
	for _, key := range keys[:max(0, len(keys)-s.Keep)] {
		if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
			problems = append(problems, fmt.Errorf("deleting the old snapshot %s: %w", key, err))
		}
	}
	return errors.Join(problems...)
}
