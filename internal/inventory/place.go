// Package inventory reads the inventories that S3 delivers of a bucket: lists of
// all its objects, made by S3 itself once a day or a week, for buckets that are
// too large to be listed.
//
// An inventory is a manifest.json, which a manifest.checksum verifies, and the
// data files that it names with the MD5 sum of each:
//
//	<prefix>/<source bucket>/<name of the configuration>/2026-01-02T01-00Z/manifest.json
//	<prefix>/<source bucket>/<name of the configuration>/2026-01-02T01-00Z/manifest.checksum
//	<prefix>/<source bucket>/<name of the configuration>/data/...
//
// Nothing that fails verification comes out as a shorter list: it is an error.
package inventory

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Place is where S3 delivers the inventories of a bucket.
type Place struct {
	Source string // the bucket that they list
	Bucket string // where they are
	Prefix string // as the configuration has it, without a slash in the end
	Name   string // of the configuration; "" for the only one that delivers here
}

// root is what the keys of all inventories of the source begin with.
func (p Place) root() string {
	if p.Prefix == "" {
		return p.Source + "/"
	}
	return p.Prefix + "/" + p.Source + "/"
}

// timed is the folder of one inventory. Such names sort by time.
var timed = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d-\d\dZ$`)

// Newest finds the newest inventory that is complete. One that S3 is still writing
// has no manifest.checksum yet.
func Newest(ctx context.Context, client Client, p Place) (*Report, error) {
	name := p.Name
	if name == "" {
		names, err := folders(ctx, client, p.Bucket, p.root())
		switch {
		case err != nil:
			return nil, err
		case len(names) > 1:
			return nil, p.ambiguous(names)
		case len(names) == 0:
			return nil, p.missing(ctx, client)
		}
		name = names[0]
	}
	root := p.root() + name + "/"
	times, err := folders(ctx, client, p.Bucket, root)
	if err != nil {
		return nil, err
	}
	slices.Sort(times)
	for _, at := range slices.Backward(times) {
		if !timed.MatchString(at) {
			continue // data, and hive for other programs
		}
		report, err := open(ctx, client, p, root+at+"/")
		if report != nil || err != nil {
			return report, err
		}
	}
	return nil, p.missing(ctx, client)
}

// missing explains that there is no inventory, with what there is.
func (p Place) missing(ctx context.Context, client Client) error {
	if p.Prefix == "" {
		return p.notDelivered(nil) // folders of any kind may lie beside
	}
	others, err := folders(ctx, client, p.Bucket, strings.TrimSuffix(p.root(), p.Source+"/"))
	if err != nil {
		return err
	}
	return p.notDelivered(slices.DeleteFunc(others, func(name string) bool { return name == p.Source }))
}

// folders gives the names of the folders below a key.
func folders(ctx context.Context, client Client, bucket, below string) ([]string, error) {
	var names []string
	for page, err := range s3wire.Objects(ctx, client, s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &below, Delimiter: aws.String("/")}) {
		if err != nil {
			return nil, refused(err)
		}
		for _, folder := range page.CommonPrefixes {
			names = append(names, strings.TrimSuffix(strings.TrimPrefix(aws.ToString(folder.Prefix), below), "/"))
		}
	}
	return names, nil
}

// Client is what reading inventories needs of S3. *s3.Client has it.
type Client interface {
	s3wire.ObjectLister
	getter
}

type getter interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// ErrRequest says that S3 refused a request that reading an inventory takes. Its
// answer is wrapped beside it.
var ErrRequest = errors.New("reading the inventory")

func refused(err error) error { return fmt.Errorf("%w: %w", ErrRequest, err) }
