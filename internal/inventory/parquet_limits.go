package inventory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/snappy"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// A Parquet file says in advance how large its parts are, and the library makes room
// for what it says. These limits are checked before the library sees a part; they are
// far beyond what S3 writes.
const (
	maxFooter     = 8 << 20  // bytes of the table of contents
	maxElements   = 200_000  // of all its lists: columns, groups of rows, and what they have
	maxNesting    = 32       // of the structures in it
	maxPageHeader = 64 << 10 // bytes
	maxPage       = 16 << 20 // bytes, before and after decompression
	maxPageValues = 4 << 20  // rows of a page
)

var errMalformed = errors.New("it is malformed, or larger in some part than any file that S3 writes")

// checkFooter checks the table of contents at the end of a file.
func checkFooter(from io.ReaderAt, size int64) error {
	const tail = 8 // its length, and the letters PAR1
	if size < tail {
		return errMalformed
	}
	var end [tail]byte
	if _, err := from.ReadAt(end[:], size-tail); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:4]))
	if length > maxFooter || length > size-tail {
		return fmt.Errorf("%w: a table of contents of %d bytes", errMalformed, length)
	}
	footer := make([]byte, length)
	if _, err := from.ReadAt(footer, size-tail-length); err != nil {
		return err
	}
	s := skimmer{left: footer, elements: maxElements}
	return s.structure(0)
}

// checkGroup checks the pages of the columns that are needed of a group of rows.
func checkGroup(from io.ReaderAt, size int64, group *format.RowGroup, needed map[field]int, optional []bool) error {
	if group.NumRows < 0 {
		return fmt.Errorf("%w: %d rows in a group", errMalformed, group.NumRows)
	}
	for f, i := range needed {
		if i >= len(group.Columns) {
			return fmt.Errorf("%w: a group of rows without the column %s", errMalformed, fields[f].column)
		}
		chunk := group.Columns[i].MetaData
		begin := chunk.DataPageOffset
		if at := chunk.DictionaryPageOffset; at > 0 && at < begin {
			begin = at
		}
		if begin < 0 || chunk.TotalCompressedSize < 0 || begin > size || chunk.TotalCompressedSize > size-begin {
			return fmt.Errorf("%w: the column %s lies outside of the file", errMalformed, fields[f].column)
		}
		if chunk.Codec != format.Uncompressed && chunk.Codec != format.Snappy {
			return fmt.Errorf("%w: the compression of the column %s is %s, and that of S3 is Snappy", errMalformed, fields[f].column, chunk.Codec)
		}
		pages := columnPages{io.NewSectionReader(from, begin, chunk.TotalCompressedSize), group.NumRows, chunk.Codec == format.Snappy, optional[i]}
		if err := pages.check(); err != nil {
			return fmt.Errorf("the column %s: %w", fields[f].column, err)
		}
	}
	return nil
}

// columnPages are the pages of a column in a group of rows.
type columnPages struct {
	*io.SectionReader
	rows     int64
	snappy   bool
	optional bool // there are definition levels
}

// check checks the headers of the pages.
func (c columnPages) check() error {
	buffer := make([]byte, maxPageHeader)
	for at := int64(0); at < c.Size(); {
		n, err := c.ReadAt(buffer, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		s := skimmer{left: buffer[:n], elements: maxNesting}
		if err := s.structure(0); err != nil {
			return err
		}
		length := n - len(s.left)
		var header format.PageHeader
		var protocol thrift.CompactProtocol
		if err := thrift.NewDecoder(protocol.NewReaderFromBytes(buffer[:length])).Decode(&header); err != nil {
			return err
		}
		at += int64(length)
		if err := c.checkPage(at, &header); err != nil {
			return err
		}
		at += int64(header.CompressedPageSize)
	}
	return nil
}

// checkPage checks a page whose content begins at a place.
func (c columnPages) checkPage(at int64, header *format.PageHeader) error {
	packed, plain, values := int64(header.CompressedPageSize), int64(header.UncompressedPageSize), valuesOf(header)
	switch {
	case packed < 0 || packed > c.Size()-at || packed > maxPage, plain < 0 || plain > maxPage:
		return fmt.Errorf("%w: a page of %d bytes, %d compressed", errMalformed, plain, packed)
	case values < 0 || values > maxPageValues || values > c.rows:
		return fmt.Errorf("%w: a page of %d values in a group of %d rows", errMalformed, values, c.rows)
	}
	compressed := c.snappy
	if header.Type == format.DataPageV2 {
		v2 := header.DataPageHeaderV2.V
		levels := int64(v2.DefinitionLevelsByteLength) + int64(v2.RepetitionLevelsByteLength) // not compressed
		if v2.DefinitionLevelsByteLength < 0 || v2.RepetitionLevelsByteLength < 0 || levels > packed {
			return fmt.Errorf("%w: a page of %d bytes with levels of %d", errMalformed, packed, levels)
		}
		at, packed = at+levels, packed-levels
		compressed = compressed && (!v2.IsCompressed.Valid || v2.IsCompressed.V)
	}
	content := io.NewSectionReader(c, at, packed)
	if compressed && packed > 0 {
		// A block of Snappy begins with the length of what it holds.
		var head [binary.MaxVarintLen64]byte
		n, err := content.ReadAt(head[:], 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if length, size := binary.Uvarint(head[:n]); size <= 0 || length > maxPage {
			return fmt.Errorf("%w: a page that decompresses to %d bytes", errMalformed, length)
		}
	}
	switch encoding := encodingOf(header); encoding {
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray:
		return c.checkDelta(content, compressed, header.Type == format.DataPage, values)
	case format.DeltaByteArray:
		return fmt.Errorf("%w: the encoding %s, which S3 does not use", errMalformed, encoding)
	}
	return nil
}

// checkDelta checks how many values a page claims within its content, where it has the
// levels too if it is of the first version.
func (c columnPages) checkDelta(content *io.SectionReader, compressed, levels bool, values int64) error {
	text, err := io.ReadAll(content)
	if err == nil && compressed {
		text, err = snappy.Decode(nil, text)
	}
	if err != nil {
		return err
	}
	if levels && c.optional {
		if len(text) < 4 {
			return errMalformed
		}
		length := binary.LittleEndian.Uint32(text)
		if text = text[4:]; int64(length) > int64(len(text)) {
			return errMalformed
		}
		text = text[length:]
	}
	s := skimmer{left: text}
	for range 2 { // the size of a block, and its parts
		if _, err := s.number(); err != nil {
			return err
		}
	}
	n, err := s.number()
	if err == nil && n > uint64(values) { //nolint:gosec // not negative
		err = fmt.Errorf("%w: a page of %d values that claims %d", errMalformed, values, n)
	}
	return err
}

// encodingOf gives how the values of a page are encoded.
func encodingOf(header *format.PageHeader) format.Encoding {
	switch header.Type {
	case format.DataPage:
		return header.DataPageHeader.V.Encoding
	case format.DataPageV2:
		return header.DataPageHeaderV2.V.Encoding
	}
	return header.DictionaryPageHeader.V.Encoding
}

// valuesOf gives how many values a page has, and -1 for a page of an unknown kind.
func valuesOf(header *format.PageHeader) int64 {
	switch header.Type {
	case format.DataPage:
		return int64(header.DataPageHeader.V.NumValues)
	case format.DataPageV2:
		return int64(header.DataPageHeaderV2.V.NumValues)
	case format.DictionaryPage:
		return int64(header.DictionaryPageHeader.V.NumValues)
	}
	return -1
}

// skimmer passes over a structure in Thrift's compact protocol, and fails where it
// says that it is longer than it is. It makes room for nothing.
type skimmer struct {
	left     []byte
	elements int // that lists may still have
}

func (s *skimmer) byte() (byte, error) {
	if len(s.left) == 0 {
		return 0, errMalformed
	}
	b := s.left[0]
	s.left = s.left[1:]
	return b, nil
}

func (s *skimmer) number() (uint64, error) {
	n, size := binary.Uvarint(s.left)
	if size <= 0 {
		return 0, errMalformed
	}
	s.left = s.left[size:]
	return n, nil
}

func (s *skimmer) skip(n uint64) error {
	if n > uint64(len(s.left)) {
		return errMalformed
	}
	s.left = s.left[n:]
	return nil
}

func (s *skimmer) structure(depth int) error {
	if depth > maxNesting {
		return errMalformed
	}
	for {
		head, err := s.byte()
		if err != nil || head == 0 {
			return err
		}
		if head>>4 == 0 { // the number of the field follows
			if _, err := s.number(); err != nil {
				return err
			}
		}
		if kind := head & 15; kind > 2 { // 1 and 2 are true and false themselves
			if err := s.value(kind, depth); err != nil {
				return err
			}
		}
	}
}

// value passes over a value of a kind of the compact protocol.
func (s *skimmer) value(kind byte, depth int) error {
	switch kind {
	case 1, 2, 3: // a boolean in a list, a byte
		return s.skip(1)
	case 4, 5, 6: // integers
		_, err := s.number()
		return err
	case 7: // a double
		return s.skip(8)
	case 8: // bytes
		n, err := s.number()
		if err != nil {
			return err
		}
		return s.skip(n)
	case 9, 10: // a list, a set
		return s.list(depth)
	case 12:
		return s.structure(depth + 1)
	}
	return errMalformed // Parquet has no maps
}

func (s *skimmer) list(depth int) error {
	if depth > maxNesting {
		return errMalformed
	}
	head, err := s.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = s.number(); err != nil {
			return err
		}
	}
	if n > uint64(len(s.left)) || n > uint64(s.elements) { //nolint:gosec // not negative
		return errMalformed
	}
	s.elements -= int(n)
	for range n {
		if err := s.value(head&15, depth+1); err != nil {
			return err
		}
	}
	return nil
}
