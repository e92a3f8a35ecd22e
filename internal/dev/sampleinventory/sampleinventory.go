// Package sampleinventory delivers inventories as S3 does, for tests.
package sampleinventory

import (
	"bytes"
	"context"
	"crypto/md5" // what S3 publishes of its inventories
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Row is what an inventory says of an object, or of a version of one.
type Row struct {
	Key          string
	Size         int64
	LastModified time.Time
	ETag         string // without quotation marks
	StorageClass string
	AccessTier   string
	Old          bool // a version that is not the current one
	Deleted      bool // a delete marker
}

// Inventory is one before it is delivered. What it holds may be changed until then.
type Inventory struct {
	Source, Name   string // the bucket that it lists, and its configuration
	Claims         string // the bucket that it says it lists
	Bucket, Prefix string // where it is delivered
	Time           time.Time
	Format         string // "CSV" or "Parquet"; others get no files
	Fields         []string
	Files          map[string][]byte // by key
}

// The fields in the order that S3 writes them.
var (
	current  = []string{"Bucket", "Key", "Size", "LastModifiedDate", "ETag", "StorageClass", "IntelligentTieringAccessTier"}
	versions = []string{"Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size", "LastModifiedDate", "ETag", "StorageClass", "IntelligentTieringAccessTier"}
)

// Options says how to make an Inventory.
type Options struct {
	Source, Bucket, Prefix string
	Name                   string // default "FOVEAVideos"
	Time                   time.Time
	Format                 string   // default "CSV"
	Versions               bool     // all of them, not only the current ones
	Without                []string // fields
	PerFile                int      // rows in a file, default 3
}

// New makes the inventory of some rows. They lie in several files, out of order.
func New(o Options, rows []Row) (*Inventory, error) {
	i := &Inventory{Source: o.Source, Claims: o.Source, Name: o.Name, Bucket: o.Bucket, Prefix: o.Prefix, Time: o.Time, Format: o.Format, Files: map[string][]byte{}}
	if i.Name == "" {
		i.Name = "FOVEAVideos"
	}
	if i.Format == "" {
		i.Format = "CSV"
	}
	i.Fields = current
	if o.Versions {
		i.Fields = versions
	}
	i.Fields = slices.DeleteFunc(slices.Clone(i.Fields), func(f string) bool { return slices.Contains(o.Without, f) })
	if o.PerFile == 0 {
		o.PerFile = 3
	}
	rows = slices.Clone(rows)
	if !o.Versions {
		rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Old || r.Deleted })
	}
	slices.Reverse(rows)
	for n, part := range slices.Collect(slices.Chunk(rows, o.PerFile)) {
		var text []byte
		var err error
		switch i.Format {
		case "CSV":
			text, err = i.csv(part)
			i.Files[i.dataKey(n, "csv.gz")] = text
		case "Parquet":
			text, err = i.parquet(part)
			i.Files[i.dataKey(n, "parquet")] = text
		}
		if err != nil {
			return nil, err
		}
	}
	return i, nil
}

func (i *Inventory) root() string {
	if i.Prefix == "" {
		return i.Source + "/" + i.Name + "/"
	}
	return i.Prefix + "/" + i.Source + "/" + i.Name + "/"
}

func (i *Inventory) dataKey(n int, extension string) string {
	return fmt.Sprintf("%sdata/%s-%04d.%s", i.root(), i.Time.UTC().Format("20060102"), n, extension)
}

// ManifestKey is the key of its manifest.json.
func (i *Inventory) ManifestKey() string {
	return i.root() + i.Time.UTC().Format("2006-01-02T15-04Z") + "/manifest.json"
}

// ChecksumKey is the key of its manifest.checksum.
func (i *Inventory) ChecksumKey() string {
	return strings.TrimSuffix(i.ManifestKey(), "json") + "checksum"
}

// Manifest encodes its manifest.json, with the sums of the files as they are now.
func (i *Inventory) Manifest() ([]byte, error) {
	type file struct {
		Key  string `json:"key"`
		Size int    `json:"size"`
		MD5  string `json:"MD5checksum"`
	}
	files := []file{}
	for key, text := range i.Files {
		files = append(files, file{key, len(text), sum(text)})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.Key, b.Key) })
	schema := strings.Join(i.Fields, ", ")
	if i.Format == "Parquet" {
		schema = i.schema().String()
	}
	return json.Marshal(map[string]any{
		"sourceBucket": i.Claims, "destinationBucket": "arn:aws:s3:::" + i.Bucket, "version": "2016-11-30",
		"creationTimestamp": strconv.FormatInt(i.Time.UnixMilli(), 10),
		"fileFormat":        i.Format, "fileSchema": schema, "files": files,
	})
}

func sum(text []byte) string {
	s := md5.Sum(text)
	return hex.EncodeToString(s[:])
}

// Putter puts objects.
type Putter interface {
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// Deliver puts the inventory into its bucket, its manifest.checksum last.
func (i *Inventory) Deliver(ctx context.Context, client Putter) error {
	manifest, err := i.Manifest()
	if err != nil {
		return err
	}
	for key, text := range i.Files {
		if err := i.Put(ctx, client, key, text); err != nil {
			return err
		}
	}
	if err := i.Put(ctx, client, i.ManifestKey(), manifest); err != nil {
		return err
	}
	return i.Put(ctx, client, i.ChecksumKey(), []byte(sum(manifest)))
}

// Put puts one object into the inventory's bucket.
func (i *Inventory) Put(ctx context.Context, client Putter, key string, text []byte) error {
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &i.Bucket, Key: &key, Body: bytes.NewReader(text)})
	return err
}

// Rows gives what is in a bucket, all versions of it.
func Rows(ctx context.Context, client s3wire.VersionLister, bucket string) ([]Row, error) {
	var rows []Row
	for page, err := range s3wire.Versions(ctx, client, s3.ListObjectVersionsInput{Bucket: &bucket}) {
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			rows = append(rows, Row{
				Key: aws.ToString(v.Key), Size: aws.ToInt64(v.Size), LastModified: aws.ToTime(v.LastModified),
				ETag: strings.Trim(aws.ToString(v.ETag), `"`), StorageClass: string(v.StorageClass), Old: !aws.ToBool(v.IsLatest),
			})
		}
		for _, d := range page.DeleteMarkers {
			rows = append(rows, Row{Key: aws.ToString(d.Key), LastModified: aws.ToTime(d.LastModified), Deleted: true, Old: !aws.ToBool(d.IsLatest)})
		}
	}
	return rows, nil
}
