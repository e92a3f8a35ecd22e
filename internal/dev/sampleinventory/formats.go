package sampleinventory

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// csv encodes rows as S3 does: everything quoted, keys as in URLs.
func (i *Inventory) csv(rows []Row) ([]byte, error) {
	var text bytes.Buffer
	out := gzip.NewWriter(&text)
	var problems []error
	for _, r := range rows {
		var cells []string
		for _, field := range i.Fields {
			cells = append(cells, `"`+i.cell(r, field)+`"`)
		}
		_, err := out.Write([]byte(strings.Join(cells, ",") + "\n"))
		problems = append(problems, err)
	}
	problems = append(problems, out.Close())
	return text.Bytes(), errors.Join(problems...)
}

func (i *Inventory) cell(r Row, field string) string {
	switch field {
	case "Bucket":
		return i.Source
	case "Key":
		return strings.ReplaceAll(url.QueryEscape(r.Key), "%2F", "/")
	case "VersionId":
		return version(r)
	case "IsLatest":
		return strconv.FormatBool(!r.Old)
	case "IsDeleteMarker":
		return strconv.FormatBool(r.Deleted)
	case "LastModifiedDate":
		return r.LastModified.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if r.Deleted {
		return ""
	}
	switch field {
	case "Size":
		return strconv.FormatInt(r.Size, 10)
	case "ETag":
		return r.ETag
	case "StorageClass":
		return r.StorageClass
	}
	return r.AccessTier
}

func version(r Row) string { return "v" + strconv.FormatInt(r.LastModified.UnixNano(), 36) }

// columns are the names of the fields in Parquet, and what they hold.
var columns = map[string]struct {
	name  string
	node  parquet.Node
	value func(Row) any
}{
	"Key":                          {"key", parquet.String(), func(r Row) any { return r.Key }},
	"VersionId":                    {"version_id", parquet.Optional(parquet.String()), func(r Row) any { return version(r) }},
	"IsLatest":                     {"is_latest", parquet.Optional(parquet.Leaf(parquet.BooleanType)), func(r Row) any { return !r.Old }},
	"IsDeleteMarker":               {"is_delete_marker", parquet.Optional(parquet.Leaf(parquet.BooleanType)), func(r Row) any { return r.Deleted }},
	"Size":                         {"size", parquet.Optional(parquet.Leaf(parquet.Int64Type)), func(r Row) any { return unlessDeleted(r, r.Size) }},
	"LastModifiedDate":             {"last_modified_date", parquet.Optional(parquet.Timestamp(parquet.Millisecond)), func(r Row) any { return r.LastModified.UnixMilli() }},
	"ETag":                         {"e_tag", parquet.Optional(parquet.String()), func(r Row) any { return unlessDeleted(r, r.ETag) }},
	"StorageClass":                 {"storage_class", parquet.Optional(parquet.Encoded(parquet.String(), &parquet.RLEDictionary)), func(r Row) any { return unlessDeleted(r, r.StorageClass) }},
	"IntelligentTieringAccessTier": {"intelligent_tiering_access_tier", parquet.Optional(parquet.String()), tierOf},
}

// tierOf gives nil, for null, in place of no tier.
func tierOf(r Row) any {
	if r.AccessTier == "" {
		return nil
	}
	return r.AccessTier
}

// unlessDeleted gives nil, for null, in place of what a delete marker does not
// have.
func unlessDeleted(r Row, v any) any {
	if r.Deleted {
		return nil
	}
	return v
}

func (i *Inventory) schema() *parquet.Schema {
	group := parquet.Group{"bucket": parquet.String()}
	for _, field := range i.Fields {
		if c, there := columns[field]; there {
			group[c.name] = c.node
		}
	}
	return parquet.NewSchema("s3.inventory", group)
}

// parquet encodes rows, two in each group, compressed as S3 does.
func (i *Inventory) parquet(rows []Row) ([]byte, error) {
	var text bytes.Buffer
	schema := i.schema()
	out := parquet.NewWriter(&text, schema, parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(max(2, int64(len(rows)/2))))
	for _, r := range rows {
		row := make(parquet.Row, len(schema.Columns()))
		put := func(name string, value any) {
			leaf, _ := schema.Lookup(name)
			if value == nil {
				row[leaf.ColumnIndex] = parquet.NullValue().Level(0, 0, leaf.ColumnIndex)
				return
			}
			row[leaf.ColumnIndex] = parquet.ValueOf(value).Level(0, leaf.MaxDefinitionLevel, leaf.ColumnIndex)
		}
		put("bucket", i.Source)
		for _, field := range i.Fields {
			if c, there := columns[field]; there {
				put(c.name, c.value(r))
			}
		}
		if _, err := out.WriteRows([]parquet.Row{row}); err != nil {
			return nil, err
		}
	}
	err := out.Close()
	return text.Bytes(), err
}
