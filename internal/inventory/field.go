package inventory

import (
	"errors"
	"fmt"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// field is what an inventory can say of an object and is of use here.
type field int

const (
	fieldKey field = iota
	fieldVersion
	fieldLatest
	fieldDeleteMarker
	fieldSize
	fieldModified
	fieldETag
	fieldClass
	fieldTier
	fieldBucket
	fieldCount
)

// fields describes them.
var fields = [fieldCount]struct {
	name   string // in configurations, and in the schema of a CSV
	column string // in Parquet
	kind   parquet.Kind
}{
	fieldKey:          {"Key", "key", parquet.ByteArray},
	fieldVersion:      {"VersionId", "version_id", parquet.ByteArray},
	fieldLatest:       {"IsLatest", "is_latest", parquet.Boolean},
	fieldDeleteMarker: {"IsDeleteMarker", "is_delete_marker", parquet.Boolean},
	fieldSize:         {"Size", "size", parquet.Int64},
	fieldModified:     {"LastModifiedDate", "last_modified_date", parquet.Int64},
	fieldETag:         {"ETag", "e_tag", parquet.ByteArray},
	fieldClass:        {"StorageClass", "storage_class", parquet.ByteArray},
	fieldTier:         {"IntelligentTieringAccessTier", "intelligent_tiering_access_tier", parquet.ByteArray},
	fieldBucket:       {"Bucket", "bucket", parquet.ByteArray},
}

// columns has the place of each field in a file, -1 for one that the file lacks.
type columns [fieldCount]int

func findColumns(find func(field) int) columns {
	var c columns
	for f := range fieldCount {
		c[f] = find(f)
	}
	return c
}

// check fails if a field is missing without which there is no manifest. A file with
// the versions of objects has to say which ones are current.
func (c columns) check(key string, etags bool) error {
	needed := []field{fieldKey, fieldSize, fieldModified, fieldClass}
	if etags {
		needed = append(needed, fieldETag)
	}
	if c[fieldVersion] >= 0 {
		needed = append(needed, fieldLatest, fieldDeleteMarker)
	}
	var missing []string
	for _, f := range needed {
		if c[f] < 0 {
			missing = append(missing, fields[f].name)
		}
	}
	if len(missing) > 0 {
		return &Error{Kind: FieldsMissing, problem: key + " lacks the fields " + strings.Join(missing, ", ")}
	}
	return nil
}

// checkKey refuses what is no key of an object.
func checkKey(key string) error {
	if len(key) == 0 || len(key) > s3wire.MaxKey {
		return fmt.Errorf("a row has a key of %d bytes, and S3 allows 1 to %d: %.80q", len(key), s3wire.MaxKey, key)
	}
	return nil
}

// checkBucket refuses a row of another bucket than the one that the inventory is of. A
// file may leave the bucket out.
func checkBucket(bucket, source string) error {
	if bucket == "" || bucket == source {
		return nil
	}
	return fmt.Errorf("a row is of the bucket %.80q, and the inventory of %s", bucket, source)
}

// check refuses what no object has.
func (o Object) check() error {
	if o.Size < 0 {
		return fmt.Errorf("the size of %q is %d", o.Key, o.Size)
	}
	return nil
}

// intern gives equal words the same memory, and does not hold a whole row for one
// of them.
func intern(word string) string {
	if known, there := words[word]; there {
		return known
	}
	return strings.Clone(word)
}

// words are the storage classes and access tiers of S3.
var words = func() map[string]string {
	known := map[string]string{"": ""}
	for _, word := range []string{
		"STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY",
		"FREQUENT", "INFREQUENT", "ARCHIVE_INSTANT_ACCESS", "ARCHIVE", "ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS",
	} {
		known[word] = word
	}
	return known
}()

// receiverError is what the receiver of objects answered, which is not the file's
// fault.
type receiverError struct{ error }

// Unwrap gives the receiver's error.
func (e receiverError) Unwrap() error { return e.error }

// blame puts an error of decoding on the file, if it is the file's fault.
func blame(err error, key, problem string) error {
	var receiver receiverError
	var known *Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, ErrRequest):
		return err
	case errors.As(err, &receiver):
		return receiver.error
	}
	return damaged(key, problem, err)
}
