package fakeaws

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"
)

const (
	xmlTime = "2006-01-02T15:04:05.000Z"

	// maxDocument bounds the XML bodies of requests; DeleteObjects with 1,000
	// long keys is the largest of them.
	maxDocument = 4 << 20
)

// readDocument reads a body that is a document, and verifies its checksums.
func (c *call) readDocument() ([]byte, error) {
	body, err := c.readBody(maxDocument)
	if err != nil {
		return nil, err
	}
	return body.data, nil
}

// readXML decodes the body. optional lets the body be empty.
func (c *call) readXML(v any, optional bool) error {
	data, err := c.readDocument()
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 && optional {
		return nil
	}
	if err := decodeXML(data, v); err != nil {
		return malformedXML()
	}
	return nil
}

func decodeXML(data []byte, v any) error {
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

func (c *call) writeXML(v any) error {
	data, err := xml.Marshal(v)
	if err != nil {
		return err
	}
	c.writeDocument("application/xml", append([]byte(xml.Header), data...))
	return nil
}

func (c *call) writeDocument(contentType string, data []byte) {
	c.w.Header().Set("Content-Type", contentType)
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(data) // the client may have gone
}

// name is text in a listing that may hold any character of a key. Those that
// XML 1.0 cannot carry come out as character references, as S3 sends them:
// well-behaved parsers refuse the document, and clients learn to ask for
// EncodingType=url.
type name string

// MarshalXML implements xml.Marshaler.
func (n name) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Text string `xml:",innerxml"`
	}{string(appendName(nil, string(n)))}, start)
}

// appendName appends s as a name is written.
func appendName(b []byte, s string) []byte {
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
