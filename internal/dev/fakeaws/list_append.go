package fakeaws

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

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
func (c *call) entryStyle(q listQuery, owner bool) (entryStyle, error) {
	s := entryStyle{encode: q.encode, now: c.now}
	if owner {
		s.owner = ownerID(c.bucket.owner)
	}
	for _, list := range c.r.Header.Values("X-Amz-Optional-Object-Attributes") {
		for attribute := range strings.SplitSeq(list, ",") {
			if strings.TrimSpace(attribute) != "RestoreStatus" {
				return s, invalidArgument("x-amz-optional-object-attributes", attribute, "Invalid attribute name specified")
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
func (c *call) objectPage(q listQuery, after string, style entryStyle) *objectPage {
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
	return appendName(b, text)
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
		return append(b, "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>"+r.until.Format(xmlTime)+"</RestoreExpiryDate></RestoreStatus>"...)
	}
	return b
}

// appendTime appends a time of whole seconds, UTC, in the layout xmlTime.
func appendTime(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	digits := func(n int) (tens, ones byte) { return byte('0' + n/10), byte('0' + n%10) }
	text := [len(xmlTime)]byte([]byte(xmlTime))
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
	b = appendName(b, text)
	return append(b, "</"+element+">"...)
}

// writeListing sends a listing: head is what comes before the page.
func (c *call) writeListing(head []byte, p *objectPage) error {
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
