package keyscan

import (
	"bytes"
	"io"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// said is what a listing has said of itself so far.
type said struct {
	whetherTruncated bool
	urlEncoded       bool
	ambiguous        bool // some key depends on urlEncoded
}

// listing reads a whole ListBucketResult.
func (d *decoder) listing(body io.Reader) error {
	x := &d.xml
	x.reset(body)
	if err := root(x); err != nil {
		return err
	}
	var s said
	for {
		tag, err := x.tag()
		if err != nil {
			return err
		}
		switch string(tag) {
		case "Contents":
			ambiguous, err := d.object()
			if err != nil {
				return err
			}
			s.ambiguous = s.ambiguous || ambiguous
		case "/ListBucketResult":
			// Keys are decoded as they come, but a server may say only behind
			// them whether they are encoded.
			if !s.whetherTruncated || s.ambiguous && !s.urlEncoded {
				return errForeign
			}
			if !d.page.truncated {
				d.page.token = ""
			}
			return nil
		default:
			if err := d.about(&s, string(tag)); err != nil {
				return err
			}
		}
	}
}

// about reads an element that stands beside the objects.
func (d *decoder) about(s *said, name string) error {
	text, err := d.leaf(name)
	if err != nil {
		return err
	}
	switch strings.TrimSuffix(name, "/") {
	case "IsTruncated":
		s.whetherTruncated = true
		d.page.truncated = string(text) == "true"
		if !d.page.truncated && string(text) != "false" {
			return errForeign
		}
	case "NextContinuationToken":
		d.page.token = string(text)
	case "EncodingType":
		s.urlEncoded = string(text) == "url"
		if !s.urlEncoded {
			return errForeign
		}
	case "KeyCount", "MaxKeys":
		_, err = number(text)
	case "Name":
		err = s3wire.CheckName(d.bucket, string(text))
	case "Prefix", "StartAfter", "ContinuationToken", "Delimiter":
	default:
		return errForeign
	}
	return err
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
