package inventory

import (
	"context"
	"crypto/md5" // what S3 publishes of its inventories
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Report is one inventory.
type Report struct {
	// Time is when S3 began to take it. What came or went later, it may have or not.
	Time time.Time
	// ID tells it from every other inventory.
	ID string

	client Client
	place  Place
	key    string // of its manifest.json
	format string // of its files, "CSV" or "Parquet"
	schema string
	files  []file
}

// file is a part of the list.
type file struct {
	Key  string `json:"key"`
	Size int64  `json:"size"`
	MD5  string `json:"MD5checksum"`
}

// The formats that inventories have. ORC is the third.
const (
	formatCSV     = "CSV"
	formatParquet = "Parquet"
)

const (
	// maxManifest bounds a manifest.json, which has some 200 bytes for each file: files
	// of a billion objects come to a thirtieth of this.
	maxManifest = 8 << 20
	// maxChecksum bounds a manifest.checksum, which has 32 bytes.
	maxChecksum = 1 << 10
)

// open reads what says of an inventory what it is. It gives nil for one that is not
// complete.
func open(ctx context.Context, client Client, p Place, folder string) (*Report, error) {
	checksum, there, err := small(ctx, client, p.Bucket, folder+"manifest.checksum", maxChecksum)
	if err != nil || !there {
		return nil, err
	}
	key := folder + "manifest.json"
	text, there, err := small(ctx, client, p.Bucket, key, maxManifest)
	if err != nil || !there {
		return nil, err
	}
	sum := md5.Sum(text)
	if got, want := hex.EncodeToString(sum[:]), strings.ToLower(strings.TrimSpace(string(checksum))); got != want {
		return nil, damaged(key, fmt.Sprintf("has the MD5 sum %s, and manifest.checksum says %.40q", got, want), nil)
	}
	r := &Report{ID: hex.EncodeToString(sum[:]), client: client, place: p, key: key}
	return r, r.decode(text)
}

func (r *Report) decode(text []byte) error {
	var manifest struct {
		SourceBucket      string `json:"sourceBucket"`
		DestinationBucket string `json:"destinationBucket"`
		CreationTimestamp string `json:"creationTimestamp"`
		FileFormat        string `json:"fileFormat"`
		FileSchema        string `json:"fileSchema"`
		Files             []file `json:"files"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return damaged(r.key, "is not the manifest of an inventory", err)
	}
	if manifest.SourceBucket != r.place.Source {
		return &Error{
			Kind: OtherSource, Place: r.place,
			problem: fmt.Sprintf("%s is an inventory of the bucket %q, not of %s", r.key, manifest.SourceBucket, r.place.Source),
		}
	}
	if _, name, _ := strings.Cut(manifest.DestinationBucket, ":::"); manifest.DestinationBucket != "" && name != r.place.Bucket {
		return &Error{
			Kind: OtherDestination, Place: r.place,
			problem: fmt.Sprintf("%s says that it was delivered to %.120q, and it lies in the bucket %s", r.key, manifest.DestinationBucket, r.place.Bucket),
		}
	}
	milliseconds, err := strconv.ParseInt(manifest.CreationTimestamp, 10, 64)
	if err != nil || milliseconds < 0 || milliseconds > lastTimestamp {
		return damaged(r.key, fmt.Sprintf("has the creationTimestamp %.40q, which is not a number of milliseconds since 1970", manifest.CreationTimestamp), nil)
	}
	r.Time = time.UnixMilli(milliseconds).UTC()
	r.format, r.schema, r.files = manifest.FileFormat, manifest.FileSchema, manifest.Files
	if r.format != formatCSV && r.format != formatParquet {
		return &Error{
			Kind: UnknownFormat, Place: r.place,
			problem: fmt.Sprintf("%s says that the inventory has the format %q", r.key, r.format),
		}
	}
	return nil
}

// Newest looks for an inventory that came after this one, in the same place.
func (r *Report) Newest(ctx context.Context) (*Report, error) { return Newest(ctx, r.client, r.place) }

// CheckAge fails with a *StaleError if the inventory is older than it may be.
func (r *Report) CheckAge(now time.Time, most time.Duration) error {
	return CheckAge(r.Time, now, most)
}

const (
	// lastTimestamp is the end of the year 9999, beyond which RFC 3339 has no times.
	lastTimestamp = 253402300799999
	// clockSkew is how far the clocks of S3 and of this machine may differ.
	clockSkew = 15 * time.Minute
)

// CheckAge fails with a *StaleError if an inventory of a time is older than it may be,
// and with an *Error if that time is yet to come.
func CheckAge(of, now time.Time, most time.Duration) error {
	if ahead := of.Sub(now); ahead > clockSkew {
		return &Error{
			Kind:    FromTheFuture,
			problem: fmt.Sprintf("the newest inventory is of %s, which is %s from now", of.UTC().Format(time.RFC3339), inWords(ahead)),
		}
	}
	if age := now.Sub(of); age > most {
		return &StaleError{Time: of.UTC(), Age: age, Max: most}
	}
	return nil
}

// small reads an object whole, and reports whether there is one.
func small(ctx context.Context, client getter, bucket, key string, most int64) (text []byte, there bool, err error) {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if awserr.ObjectGone(err) && !awserr.BucketGone(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, refused(err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err = io.ReadAll(io.LimitReader(out.Body, most+1))
	switch {
	case err != nil:
		return nil, false, refused(err)
	case int64(len(text)) > most:
		return nil, false, damaged(key, "is too large for what it should be", nil)
	}
	return text, true, nil
}
