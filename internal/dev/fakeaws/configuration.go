package fakeaws

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
)

// s3Namespace is that of S3's documents; in requests it may be left out.
const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// readConfiguration decodes the body as a document of the element root into
// v. Optional elements of v are pointers, so that what the canonical form has
// too much is required and missing, and what it lacks is unknown to the schema,
// or there twice.
func (c *call) readConfiguration(root string, v any) error {
	data, err := c.readDocument()
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return fail(400, "MissingRequestBodyError", "Request Body is empty")
	}
	if err := decodeRoot(data, root, v); err != nil {
		return malformedXML()
	}
	canonical, err := canonicalXML(root, v)
	if err != nil {
		return err
	}
	sent, err := countElements(data)
	if err != nil {
		return malformedXML()
	}
	if known, err := countElements(canonical); err != nil || !maps.Equal(known, sent) {
		return malformedXML()
	}
	return nil
}

// decodeRoot decodes a document whose root element has the name root.
func decodeRoot(data []byte, root string, v any) error {
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
		if start.Name.Local != root || start.Name.Space != "" && start.Name.Space != s3Namespace {
			return errors.New("the root element is " + start.Name.Local)
		}
		if err := d.DecodeElement(v, &start); err != nil {
			return err
		}
		return endOfDocument(d)
	}
}

// countElements tells how many elements there are of each name.
func countElements(data []byte) (map[string]int, error) {
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

// canonicalXML encodes v as a document in S3's namespace.
func canonicalXML(root string, v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	start := xml.StartElement{Name: xml.Name{Space: s3Namespace, Local: root}}
	if err := xml.NewEncoder(&b).EncodeElement(v, start); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func emptyXML(root string) []byte {
	return []byte(xml.Header + "<" + root + ` xmlns="` + s3Namespace + `"></` + root + ">")
}
