package s3bucket

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// contents is a server with one bucket of which the versions matter. It lists
// pages of 1,000 with keys encoded, as S3 does.
type contents struct {
	mu       sync.Mutex
	versions []entry // in the order of keys
	uploads  []string
	gone     bool // the bucket is deleted

	refuse      func(key string) (code, message string) // "" lets it be deleted
	refill      func(c *contents)                       // called after an emptiness check failed to find any
	noVersions  bool                                    // ListObjectVersions is not implemented
	noUploads   bool                                    // ListMultipartUploads is denied
	batches     []int
	singles     []string
	unencodable bool // the server was sent a batch with a key that XML cannot carry
}

type entry struct {
	key, version string
	marker       bool
}

func (c *contents) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	query := r.URL.Query()
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/videos"), "/")
	switch {
	case c.gone:
		send(w, noBucket)
	case r.Method == http.MethodGet && query.Has("versions") && c.noVersions:
		send(w, refusal(http.StatusNotImplemented, "NotImplemented", ""))
	case r.Method == http.MethodGet && query.Has("versions"):
		send(w, reply{body: c.list("ListVersionsResult", "NextKeyMarker", marker(query.Get("key-marker"), query.Get("version-id-marker")))})
	case r.Method == http.MethodGet && query.Has("list-type"):
		after := ""
		if token := query.Get("continuation-token"); token != "" {
			key, _ := url.QueryUnescape(token)
			after = key + "\x01" // behind all its versions
		}
		send(w, reply{body: c.list("ListBucketResult", "NextContinuationToken", after)})
	case r.Method == http.MethodGet && query.Has("uploads") && c.noUploads:
		send(w, denied)
	case r.Method == http.MethodGet && query.Has("uploads"):
		send(w, reply{body: c.listUploads()})
	case r.Method == http.MethodPost && query.Has("delete"):
		send(w, reply{body: c.deleteBatch(r)})
	case r.Method == http.MethodDelete && query.Has("uploadId"):
		c.uploads = slices.DeleteFunc(c.uploads, func(id string) bool { return id == query.Get("uploadId") })
		send(w, reply{status: http.StatusNoContent})
	case r.Method == http.MethodDelete && key != "":
		c.singles = append(c.singles, key)
		if code, message := c.remove(key, query.Get("versionId")); code != "" {
			send(w, refusal(http.StatusForbidden, code, message))
			return
		}
		send(w, reply{status: http.StatusNoContent})
	case r.Method == http.MethodDelete:
		if c.refill != nil && len(c.versions) == 0 {
			c.refill(c)
		}
		if len(c.versions) > 0 {
			send(w, refusal(http.StatusConflict, "BucketNotEmpty", ""))
			return
		}
		c.gone = true
		send(w, reply{status: http.StatusNoContent})
	default:
		send(w, refusal(http.StatusNotImplemented, "NotImplemented", r.Method+" "+r.URL.String()))
	}
}

func marker(key, version string) string {
	if key == "" {
		return ""
	}
	return key + "\x00" + version
}

// list gives the page behind a marker.
func (c *contents) list(root, next, after string) string {
	const size = 1000
	page := slices.DeleteFunc(slices.Clone(c.versions), func(e entry) bool { return marker(e.key, e.version) <= after })
	var b strings.Builder
	fmt.Fprintf(&b, "<%s><EncodingType>url</EncodingType><IsTruncated>%t</IsTruncated>", root, len(page) > size)
	if len(page) > size {
		page = page[:size]
		last := page[size-1]
		fmt.Fprintf(&b, "<%[1]s>%[2]s</%[1]s><NextVersionIdMarker>%[3]s</NextVersionIdMarker>", next, url.QueryEscape(last.key), last.version)
	}
	for _, e := range page {
		element := "Version"
		switch {
		case root == "ListBucketResult":
			element = "Contents"
		case e.marker:
			element = "DeleteMarker"
		}
		fmt.Fprintf(&b, "<%[1]s><Key>%[2]s</Key><VersionId>%[3]s</VersionId></%[1]s>", element, url.QueryEscape(e.key), e.version)
	}
	return b.String() + "</" + root + ">"
}

func (c *contents) listUploads() string {
	var b strings.Builder
	b.WriteString("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>")
	for _, id := range c.uploads {
		fmt.Fprintf(&b, "<Upload><Key>half.mp4</Key><UploadId>%s</UploadId></Upload>", id)
	}
	return b.String() + "</ListMultipartUploadsResult>"
}

func (c *contents) deleteBatch(r *http.Request) string {
	var batch struct {
		Object []struct {
			Key     string
			Version string `xml:"VersionId"`
		}
	}
	if err := xml.NewDecoder(r.Body).Decode(&batch); err != nil {
		return err.Error()
	}
	c.batches = append(c.batches, len(batch.Object))
	var b strings.Builder
	b.WriteString("<DeleteResult>")
	for _, o := range batch.Object {
		c.unencodable = c.unencodable || strings.ContainsRune(o.Key, '\uFFFD')
		if code, message := c.remove(o.Key, o.Version); code != "" {
			fmt.Fprintf(&b, "<Error><Key>%s</Key><Code>%s</Code><Message>%s</Message></Error>", o.Key, code, message)
		}
	}
	return b.String() + "</DeleteResult>"
}

func (c *contents) remove(key, version string) (code, message string) {
	if c.refuse != nil {
		if code, message := c.refuse(key); code != "" {
			return code, message
		}
	}
	c.versions = slices.DeleteFunc(c.versions, func(e entry) bool { return e.key == key && (e.version == version || version == "") })
	return "", ""
}

// fill adds n keys with one version each.
func (c *contents) fill(n int) {
	for i := range n {
		c.versions = append(c.versions, entry{key: fmt.Sprintf("video %04d+ü.mp4", i), version: "v" + strconv.Itoa(i)})
	}
}
