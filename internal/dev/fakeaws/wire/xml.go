package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	// TimeFormat is the layout of times in documents.
	TimeFormat = "2006-01-02T15:04:05.000Z"

	// MaxDocument bounds the XML bodies of requests; DeleteObjects with 1,000
	// long keys is the largest of them.
	MaxDocument = 4 << 20
)

// Decode reads a document of one root element.
func Decode(data []byte, v any) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(v); err != nil {
		return err
	}
	return endOfDocument(d)
}

// endOfDocument lets blanks and comments follow the root element.
func endOfDocument(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Comment:
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("text follows the document")
			}
		default:
			return errors.New("something follows the document")
		}
	}
}

// Name is text in a listing that may hold any character of a key. Those that
// XML 1.0 cannot carry come out as character references, as S3 sends them:
// well-behaved parsers refuse the document, and clients learn to ask for
// EncodingType=url.
type Name string

// MarshalXML implements xml.Marshaler.
func (n Name) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Text string `xml:",innerxml"`
	}{string(AppendName(nil, string(n)))}, start)
}

// AppendName appends s as a name is written.
func AppendName(b []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError:
			b = fmt.Appendf(b, "&#x%X;", r)
		case r < utf8.RuneSelf:
			b = append(b, s[i])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// Namespace is that of S3's documents; in requests it may be left out.
const Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// DecodeRoot decodes a document whose root element has the name root.
func DecodeRoot(data []byte, root string, v any) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != root || start.Name.Space != "" && start.Name.Space != Namespace {
			return errors.New("the root element is " + start.Name.Local)
		}
		if err := d.DecodeElement(v, &start); err != nil {
			return err
		}
		return endOfDocument(d)
	}
}

// CountElements tells how many elements there are of each name.
func CountElements(data []byte) (map[string]int, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	n := map[string]int{}
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			n[start.Name.Local]++
		}
	}
}

// Canonical encodes v as a document in S3's namespace.
func Canonical(root string, v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	start := xml.StartElement{Name: xml.Name{Space: Namespace, Local: root}}
	if err := xml.NewEncoder(&b).EncodeElement(v, start); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Empty is a document with nothing but its root element.
func Empty(root string) []byte {
	return []byte(xml.Header + "<" + root + ` xmlns="` + Namespace + `"></` + root + ">")
}
