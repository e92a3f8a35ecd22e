package inventory

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readCSV gives the objects of a file as they come. Those of a file that turns out
// wrong in the end are for the caller to forget.
func (r *Report) readCSV(d *download, o Options, give func(Object) error) error {
	names := strings.Split(r.schema, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	c := findColumns(func(f field) int { return slices.Index(names, fields[f].name) })
	if err := c.check(d.file.Key, o.ETags); err != nil {
		return err
	}
	err := decodeCSV(d, c, len(names), r.place.Source, o, give)
	if err == nil || !errors.As(err, &receiverError{}) && !errors.Is(err, ErrRequest) {
		// A file that was damaged says so better than what its content is then like.
		if damaged := d.verify(); damaged != nil {
			return damaged
		}
	}
	return blame(err, d.file.Key, "cannot be read as CSV, compressed with gzip")
}

// maxRow bounds a row of a CSV, in bytes: a key takes up to three times 1,024, and what
// else there is less than that.
const maxRow = 64 << 10

// errLongRow says that a file is not as S3 writes it, before all of it is in memory.
var errLongRow = fmt.Errorf("a row has more than %d bytes", maxRow)

// rowLimit gives no more than one row beyond what was read before.
type rowLimit struct {
	from       io.Reader
	read, most int64
}

// Read implements io.Reader.
func (l *rowLimit) Read(p []byte) (int, error) {
	if l.read >= l.most {
		return 0, errLongRow
	}
	n, err := l.from.Read(p[:min(int64(len(p)), l.most-l.read)])
	l.read += int64(n)
	return n, err
}

func decodeCSV(from io.Reader, c columns, number int, source string, o Options, give func(Object) error) error {
	plain, err := gzip.NewReader(from)
	if err != nil {
		return err
	}
	limited := &rowLimit{from: plain}
	rows := csv.NewReader(limited)
	rows.FieldsPerRecord, rows.ReuseRecord = number, true
	for {
		limited.most = rows.InputOffset() + maxRow
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		object, wanted, err := c.fromCSV(row, source, o)
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		if err := give(object); err != nil {
			return receiverError{err}
		}
	}
}

func (c columns) fromCSV(row []string, source string, o Options) (object Object, wanted bool, err error) {
	text := func(f field) string {
		if c[f] < 0 {
			return ""
		}
		return row[c[f]]
	}
	if err := checkBucket(text(fieldBucket), source); err != nil {
		return object, false, err
	}
	if text(fieldLatest) == "false" || text(fieldDeleteMarker) == "true" {
		return object, false, nil
	}
	// A CSV has keys in this form, and a Parquet file plain ones.
	key, err := url.QueryUnescape(text(fieldKey))
	switch {
	case err != nil:
		return object, false, err
	case checkKey(key) != nil:
		return object, false, checkKey(key)
	case !o.Keep(key):
		return object, false, nil
	}
	// The strings of a row share memory.
	object = Object{Key: strings.Clone(key), StorageClass: intern(text(fieldClass)), AccessTier: intern(text(fieldTier))}
	if object.Size, err = strconv.ParseInt(text(fieldSize), 10, 64); err != nil {
		return object, false, fmt.Errorf("the size of %q: %w", key, err)
	}
	if object.LastModified, err = time.Parse(time.RFC3339Nano, text(fieldModified)); err != nil {
		return object, false, fmt.Errorf("the time of %q: %w", key, err)
	}
	if o.ETags {
		object.ETag = strings.Clone(text(fieldETag))
	}
	return object, true, object.check()
}
