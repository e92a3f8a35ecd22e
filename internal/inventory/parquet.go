package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

// readParquet gives the objects of a file, once all of it is here and verified: a
// Parquet file has its table of contents at the end.
func readParquet(d *download, source string, o Options, give func(Object) error) error {
	file, err := tempfile.New(o.TempDir, "fovea-inventory-*.parquet")
	if err != nil {
		return fmt.Errorf("making a temporary file for a part of the inventory: %w", err)
	}
	defer file.Discard()
	if _, err := io.Copy(file, d); err != nil {
		return err
	}
	if err := d.verify(); err != nil {
		return err
	}
	return blame(decodeParquet(file, d.file, source, o, give), d.file.Key, "cannot be read as Parquet")
}

// decodeParquet reads a file's groups of rows, page by page.
func decodeParquet(from io.ReaderAt, f file, source string, o Options, give func(Object) error) (err error) {
	// The library trusts what a file says of itself.
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("malformed: %v", problem)
		}
	}()
	if err := checkFooter(from, f.Size); err != nil {
		return err
	}
	opened, err := parquet.OpenFile(from, f.Size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return err
	}
	t, err := newTable(opened.Schema(), f.Key, o.ETags)
	if err != nil {
		return err
	}
	t.source = source
	metadata := opened.Metadata()
	var rows int64
	for i, group := range opened.RowGroups() {
		if err := checkGroup(from, f.Size, &metadata.RowGroups[i], t.needed(o), t.optional); err != nil {
			return err
		}
		rows += group.NumRows()
		if err := t.read(group, o, give); err != nil {
			return err
		}
	}
	if rows != metadata.NumRows {
		return fmt.Errorf("it has %d rows, and says that it has %d", rows, metadata.NumRows)
	}
	return nil
}

// table says where in a file the fields are.
type table struct {
	columns
	tick   time.Duration // of times
	source string        // the bucket whose rows the file should have

	optional []bool // by column, whether values may be null
}

// needed gives the columns to read.
func (t table) needed(o Options) map[field]int {
	needed := map[field]int{}
	for f, i := range t.columns {
		if field := field(f); i >= 0 && field != fieldVersion && (field != fieldETag || o.ETags) {
			needed[field] = i
		}
	}
	return needed
}

func newTable(schema *parquet.Schema, key string, etags bool) (table, error) {
	t := table{tick: time.Millisecond, optional: make([]bool, len(schema.Columns()))} // as S3 counts
	var err error
	t.columns = findColumns(func(f field) int {
		leaf, there := schema.Lookup(fields[f].column)
		if !there {
			return -1
		}
		kind := leaf.Node.Type()
		if kind.Kind() != fields[f].kind || leaf.MaxRepetitionLevel > 0 {
			err = damaged(key, fmt.Sprintf("has the column %s of an unknown type, %s", fields[f].column, kind), nil)
		}
		if logical := kind.LogicalType(); f == fieldModified && logical != nil {
			if times, ok := logical.Value.(*format.TimestampType); ok && times.Unit.Value != nil {
				t.tick = times.Unit.Value.Duration()
			}
		}
		t.optional[leaf.ColumnIndex] = leaf.MaxDefinitionLevel > 0
		return leaf.ColumnIndex
	})
	if err != nil {
		return t, err
	}
	return t, t.check(key, etags)
}

// read gives the objects of a group of rows. Of the columns that are not needed
// nothing is read.
func (t table) read(group parquet.RowGroup, o Options, give func(Object) error) error {
	chunks := group.ColumnChunks()
	var cursors [fieldCount]*cursor
	for f, i := range t.needed(o) {
		cursors[f] = &cursor{pages: chunks[i].Pages()}
		defer cursors[f].close()
	}
	var row [fieldCount]parquet.Value
	for range group.NumRows() {
		for f, c := range cursors {
			if c == nil {
				continue
			}
			var err error
			if row[f], err = c.next(); err != nil {
				return fmt.Errorf("the column %s: %w", fields[f].column, err)
			}
		}
		object, wanted, err := t.fromParquet(&row, o)
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
	for f, c := range cursors {
		if c == nil {
			continue
		}
		if _, err := c.next(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("the column %s goes on after the %d rows of its group: %w", fields[f].column, group.NumRows(), cmp.Or(err, errMoreRows))
		}
	}
	return nil
}

var errMoreRows = errors.New("there are more values")

func (t table) fromParquet(row *[fieldCount]parquet.Value, o Options) (object Object, wanted bool, err error) {
	if latest := row[fieldLatest]; !latest.IsNull() && !latest.Boolean() {
		return object, false, nil
	}
	if gone := row[fieldDeleteMarker]; !gone.IsNull() && gone.Boolean() {
		return object, false, nil
	}
	if err := checkBucket(text(row[fieldBucket]), t.source); err != nil {
		return object, false, err
	}
	key := text(row[fieldKey])
	switch {
	case checkKey(key) != nil:
		return object, false, checkKey(key)
	case !o.Keep(key):
		return object, false, nil
	case row[fieldSize].IsNull():
		return object, false, fmt.Errorf("the size of %q is missing", key)
	case row[fieldModified].IsNull():
		return object, false, fmt.Errorf("the time of %q is missing", key)
	}
	object = Object{
		Key: key, Size: row[fieldSize].Int64(), LastModified: t.time(row[fieldModified].Int64()),
		StorageClass: intern(text(row[fieldClass])), AccessTier: intern(text(row[fieldTier])),
	}
	if o.ETags {
		object.ETag = text(row[fieldETag])
	}
	return object, true, object.check()
}

func (t table) time(ticks int64) time.Time {
	perSecond := int64(time.Second / t.tick)
	return time.Unix(ticks/perSecond, ticks%perSecond*int64(t.tick)).UTC()
}

// text copies a value, whose memory is the page's.
func text(v parquet.Value) string {
	if v.IsNull() {
		return ""
	}
	return string(v.ByteArray())
}

// cursor walks the values of a column.
type cursor struct {
	pages  parquet.Pages
	page   parquet.Page // nil before the first
	values parquet.ValueReader
	ahead  [256]parquet.Value
	at, n  int // of ahead
}

// next gives the next value, whose memory stays until the call after. It fails with
// io.EOF behind the last one.
func (c *cursor) next() (parquet.Value, error) {
	for c.at == c.n {
		if err := c.fill(); err != nil {
			return parquet.Value{}, err
		}
	}
	c.at++
	return c.ahead[c.at-1], nil
}

func (c *cursor) fill() error {
	c.at, c.n = 0, 0
	if c.values == nil {
		c.release()
		var err error
		if c.page, err = c.pages.ReadPage(); err != nil {
			return err
		}
		c.values = c.page.Values()
	}
	n, err := c.values.ReadValues(c.ahead[:])
	c.n = n
	if errors.Is(err, io.EOF) {
		c.values, err = nil, nil // the values that are ahead still need the page
	}
	return err
}

func (c *cursor) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
}

func (c *cursor) close() {
	c.release()
	_ = c.pages.Close() // it was read or given up: nothing can be lost
}
