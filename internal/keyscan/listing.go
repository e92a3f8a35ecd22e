package keyscan

import (
	"bytes"
	"io"
	"strings"
)

// listing reads a whole ListBucketResult.
func (d *decoder) listing(body io.Reader) error {
	x := &d.xml
	x.reset(body)
	if err := root(x); err != nil {
		return err
	}
	var said struct{ truncated, url bool }
	escaped := false
	for {
		tag, err := x.tag()
		if err != nil {
			return err
		}
		name := string(tag)
		if name == "/ListBucketResult" {
			break
		}
		if name == "Contents" {
			ambiguous, err := d.object()
			if err != nil {
				return err
			}
			escaped = escaped || ambiguous
			continue
		}
		text, err := d.leaf(name)
		if err != nil {
			return err
		}
		switch strings.TrimSuffix(name, "/") {
		case "IsTruncated":
			said.truncated = true
			d.page.truncated = string(text) == "true"
			if !d.page.truncated && string(text) != "false" {
				return errForeign
			}
		case "NextContinuationToken":
			d.page.token = string(text)
		case "EncodingType":
			said.url = string(text) == "url"
			if !said.url {
				return errForeign
			}
		case "KeyCount", "MaxKeys":
			if _, ok := number(text); !ok {
				return errForeign
			}
		case "Name", "Prefix", "StartAfter", "ContinuationToken", "Delimiter":
		default:
			return errForeign
		}
	}
	if !said.truncated || escaped && !said.url {
		return errForeign
	}
	if !d.page.truncated {
		d.page.token = ""
	}
	return nil
}

// root reads up to the document's first child.
func root(x *xmlReader) error {
	tag, err := x.tag()
	if err != nil {
		return err
	}
	if head := string(tag); strings.HasPrefix(head, "?") {
		switch strings.ToLower(strings.ReplaceAll(head, "'", `"`)) {
		case `?xml version="1.0" encoding="utf-8"?`, `?xml version="1.0"?`:
		default:
			return errForeign
		}
		if tag, err = x.tag(); err != nil {
			return err
		}
	}
	name, attribute, has := bytes.Cut(tag, []byte{' '})
	if string(name) != "ListBucketResult" {
		return errForeign
	}
	if has && string(attribute) != `xmlns="http://s3.amazonaws.com/doc/2006-03-01/"` {
		return errForeign
	}
	return nil
}

// leaf returns the text of the element whose start tag was just read.
func (d *decoder) leaf(name string) ([]byte, error) {
	if strings.HasSuffix(name, "/") {
		return nil, nil
	}
	inner, err := d.xml.through([]byte("</" + name + ">"))
	if err != nil {
		return nil, err
	}
	return unescape(inner)
}
