package fakeaws

import (
	"encoding/xml"
	"strconv"
)

const (
	listHead = xml.Header + `<ListBucketResult xmlns="` + s3Namespace + `">`
	listEnd  = "</ListBucketResult>"
)

func (c *call) listObjectsV2() error {
	q, err := c.listQuery("max-keys")
	if err != nil {
		return err
	}
	style, err := c.entryStyle(q, c.query.Get("fetch-owner") == "true")
	if err != nil {
		return err
	}
	startAfter, token := c.query.Get("start-after"), c.query.Get("continuation-token")
	if token == "" && c.query.Has("continuation-token") {
		return invalidArgument("continuation-token", token, "The continuation token provided is incorrect")
	}
	after, err := readToken(token)
	if err != nil {
		return err
	}
	page := c.objectPage(q, max(after, startAfter), style)
	next := ""
	if page.truncated {
		next = makeToken(page.last)
	}
	b := append([]byte(nil), listHead...)
	b = appendAlways(b, "Name", c.bucketName)
	b = appendAlways(b, "Prefix", string(q.text(q.prefix)))
	b = appendElement(b, "StartAfter", string(q.text(startAfter)))
	b = appendElement(b, "ContinuationToken", token)
	b = appendElement(b, "NextContinuationToken", next)
	b = appendAlways(b, "KeyCount", strconv.Itoa(page.count))
	b = appendAlways(b, "MaxKeys", strconv.Itoa(q.page()))
	b = appendElement(b, "Delimiter", string(q.text(q.delimiter)))
	b = appendElement(b, "EncodingType", q.encodingType())
	b = appendAlways(b, "IsTruncated", strconv.FormatBool(page.truncated))
	return c.writeListing(b, page)
}

// listObjects is the first version of the listing: it names the owner of every
// object, and a marker to go on from only when there is a delimiter.
func (c *call) listObjects() error {
	q, err := c.listQuery("max-keys")
	if err != nil {
		return err
	}
	style, err := c.entryStyle(q, true)
	if err != nil {
		return err
	}
	marker := c.query.Get("marker")
	page := c.objectPage(q, marker, style)
	b := append([]byte(nil), listHead...)
	b = appendAlways(b, "Name", c.bucketName)
	b = appendAlways(b, "Prefix", string(q.text(q.prefix)))
	b = appendAlways(b, "Marker", string(q.text(marker)))
	if page.truncated && q.delimiter != "" {
		b = appendAlways(b, "NextMarker", string(q.text(page.last)))
	}
	b = appendAlways(b, "MaxKeys", strconv.Itoa(q.page()))
	b = appendElement(b, "Delimiter", string(q.text(q.delimiter)))
	b = appendElement(b, "EncodingType", q.encodingType())
	b = appendAlways(b, "IsTruncated", strconv.FormatBool(page.truncated))
	return c.writeListing(b, page)
}
