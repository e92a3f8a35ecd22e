package s3api

import (
	"encoding/xml"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// listOperations end with ListObjects, which no query parameter selects: they
// go behind all other operations on a bucket.
var listOperations = []operation{
	{
		name: "ListObjectsV2", method: "GET", level: bucketLevel, sub: []string{"list-type=2"},
		params: []string{"continuation-token", "delimiter", "encoding-type", "fetch-owner", "max-keys", "prefix", "start-after"},
		reads:  []string{"x-amz-optional-object-attributes"}, action: "s3:ListBucket", do: (*Call).listObjectsV2,
	},
	{
		name: "ListObjectVersions", method: "GET", level: bucketLevel, sub: []string{"versions"},
		params: []string{"delimiter", "encoding-type", "key-marker", "max-keys", "prefix", "version-id-marker"},
		reads:  []string{"x-amz-optional-object-attributes"}, action: "s3:ListBucketVersions", do: (*Call).listObjectVersions,
	},
	{
		name: "ListMultipartUploads", method: "GET", level: bucketLevel, sub: []string{"uploads"},
		params: []string{"delimiter", "encoding-type", "key-marker", "max-uploads", "prefix", "upload-id-marker"},
		action: "s3:ListBucketMultipartUploads", do: (*Call).listMultipartUploads,
	},
	{
		name: "ListObjects", method: "GET", level: bucketLevel,
		params: []string{"delimiter", "encoding-type", "marker", "max-keys", "prefix"},
		reads:  []string{"x-amz-optional-object-attributes"}, action: "s3:ListBucket", do: (*Call).listObjects,
	},
}

// maxPage is the longest page of a listing.
const maxPage = 1000

// listQuery is what the listings of a bucket have in common.
type listQuery struct {
	prefix, delimiter string
	limit             int  // as asked for; a page is at most maxPage long
	encode            bool // EncodingType=url
}

// listQuery reads the query; limitName is what its operation calls the length
// of a page.
func (c *Call) listQuery(limitName string) (listQuery, error) {
	q := listQuery{prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter")}
	switch encoding := c.query.Get("encoding-type"); encoding {
	case "":
	case "url":
		q.encode = true
	default:
		return q, wire.InvalidArgument("encoding-type", encoding, "Invalid Encoding Method specified in Request")
	}
	var err error
	q.limit, err = wholeNumber(limitName, c.query.Get(limitName), maxPage)
	return q, err
}

func (q listQuery) page() int { return min(q.limit, maxPage) }

func (q listQuery) encodingType() string {
	if q.encode {
		return "url"
	}
	return ""
}

// text is a key or a part of one as the listing shows it.
func (q listQuery) text(s string) wire.Name {
	if q.encode {
		return wire.Name(appendURL(nil, s))
	}
	return wire.Name(s)
}

// wholeNumber reads an argument that is no less than 0; "" gives otherwise.
func wholeNumber(argument, text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, wire.InvalidArgument(argument, text, "Provided "+argument+" not an integer or within integer range")
	}
	return int(n), nil
}

// appendURL appends s in S3's EncodingType=url: as in a form, where a space is
// a plus sign, with slashes left alone.
func appendURL(b []byte, s string) []byte {
	const upperHex = "0123456789ABCDEF"
	start := 0
	for i := range len(s) {
		c := s[i]
		if plainInURL[c] {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if c == ' ' {
			b = append(b, '+')
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return append(b, s[start:]...)
}

var plainInURL = func() (plain [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*/") {
		plain[c] = true
	}
	return plain
}()

const (
	listHead = xml.Header + `<ListBucketResult xmlns="` + wire.Namespace + `">`
	listEnd  = "</ListBucketResult>"
)

func (c *Call) listObjectsV2() error {
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
		return wire.InvalidArgument("continuation-token", token, "The continuation token provided is incorrect")
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
func (c *Call) listObjects() error {
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

// The listings of current objects are appended by hand: encoding/xml takes
// longer for a page than a fast client does, so that a benchmark would measure
// the server.

// objectPage is one page of current objects in XML.
type objectPage struct {
	entries   []byte
	prefixes  []byte // goes behind the entries
	count     int
	truncated bool
	last      string // the last line, as listed.last
}

// entryStyle is what a listing tells of each object.
type entryStyle struct {
	encode  bool
	owner   string // canonical user id, "" to leave it out
	restore bool   // tell the state of restores
	now     time.Time
}

// entryStyle is that of ListObjects and ListObjectsV2.
func (c *Call) entryStyle(q listQuery, owner bool) (entryStyle, error) {
	s := entryStyle{encode: q.encode, now: c.now}
	if owner {
		s.owner = wire.OwnerID(c.bucket.owner)
	}
	for _, list := range c.r.Header.Values("X-Amz-Optional-Object-Attributes") {
		for attribute := range strings.SplitSeq(list, ",") {
			if strings.TrimSpace(attribute) != "RestoreStatus" {
				return s, wire.InvalidArgument("x-amz-optional-object-attributes", attribute, "Invalid attribute name specified")
			}
			s.restore = true
		}
	}
	return s, nil
}

// pages are used again and again: what a page takes would keep the garbage
// collector busy.
var pages sync.Pool

// objectPage collects the page behind after. It is to be sent with
// writeListing.
func (c *Call) objectPage(q listQuery, after string, style entryStyle) *objectPage {
	p, ok := pages.Get().(*objectPage)
	if !ok {
		p = &objectPage{}
	}
	*p = objectPage{entries: p.entries[:0], prefixes: p.prefixes[:0]}
	limit := q.page()
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	for line := range walk(c.bucket.objects, q, after, hasCurrent) {
		if p.count == limit {
			p.truncated = limit > 0
			break
		}
		p.count++
		p.last = line.last()
		if line.object != nil {
			p.entries = style.appendEntry(p.entries, line.object.key, line.object.versions[0])
			continue
		}
		p.prefixes = append(p.prefixes, "<CommonPrefixes><Prefix>"...)
		p.prefixes = style.appendText(p.prefixes, line.prefix)
		p.prefixes = append(p.prefixes, "</Prefix></CommonPrefixes>"...)
	}
	p.entries = append(append(p.entries, p.prefixes...), listEnd...)
	return p
}

func (s entryStyle) appendText(b []byte, text string) []byte {
	if s.encode {
		return appendURL(b, text) // nothing is left to escape
	}
	return wire.AppendName(b, text)
}

func (s entryStyle) appendEntry(b []byte, key string, v *version) []byte {
	b = append(b, "<Contents><Key>"...)
	b = s.appendText(b, key)
	b = append(b, "</Key><LastModified>"...)
	b = appendTime(b, v.modified)
	b = append(b, "</LastModified><ETag>&quot;"...)
	b = append(b, v.etag...)
	b = append(b, "&quot;</ETag>"...)
	if v.checksum.algorithm != "" {
		b = append(b, "<ChecksumAlgorithm>"+v.checksum.algorithm+"</ChecksumAlgorithm><ChecksumType>"+v.checksum.kind+"</ChecksumType>"...)
	}
	b = append(b, "<Size>"...)
	b = strconv.AppendInt(b, v.size, 10)
	b = append(b, "</Size>"...)
	if s.owner != "" {
		b = append(b, "<Owner><ID>"+s.owner+"</ID></Owner>"...)
	}
	b = append(b, "<StorageClass>"...)
	b = append(b, v.storageClass...)
	b = append(b, "</StorageClass>"...)
	if s.restore && v.restore != nil {
		b = v.restore.appendStatus(b, s.now)
	}
	return append(b, "</Contents>"...)
}

func (r *restoration) appendStatus(b []byte, now time.Time) []byte {
	switch {
	case now.Before(r.ready):
		return append(b, "<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>"...)
	case now.Before(r.until):
		return append(b, "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>"+r.until.Format(wire.TimeFormat)+"</RestoreExpiryDate></RestoreStatus>"...)
	}
	return b
}

// appendTime appends a time of whole seconds, UTC, in the layout xmlTime.
func appendTime(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	digits := func(n int) (tens, ones byte) { return byte('0' + n/10), byte('0' + n%10) }
	text := [len(wire.TimeFormat)]byte([]byte(wire.TimeFormat))
	text[0], text[1] = digits(year / 100)
	text[2], text[3] = digits(year % 100)
	text[5], text[6] = digits(int(month))
	text[8], text[9] = digits(day)
	text[11], text[12] = digits(hour)
	text[14], text[15] = digits(minute)
	text[17], text[18] = digits(second)
	return append(b, text[:]...)
}

// appendElement appends a text element, and nothing when text is empty.
func appendElement(b []byte, element, text string) []byte {
	if text == "" {
		return b
	}
	return appendAlways(b, element, text)
}

func appendAlways(b []byte, element, text string) []byte {
	b = append(b, "<"+element+">"...)
	b = wire.AppendName(b, text)
	return append(b, "</"+element+">"...)
}

// writeListing sends a listing: head is what comes before the page.
func (c *Call) writeListing(head []byte, p *objectPage) error {
	h := c.w.Header()
	h.Set("Content-Type", "application/xml")
	h.Set("Content-Length", strconv.Itoa(len(head)+len(p.entries)))
	c.w.WriteHeader(http.StatusOK)
	// The client may have gone.
	_, _ = c.w.Write(head)
	_, _ = c.w.Write(p.entries)
	pages.Put(p)
	return nil
}
