package s3api

import (
	"encoding/xml"
	"iter"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// listed is one line of a listing: an object, or the common prefix that stands
// for all keys that begin with it.
type listed struct {
	object *object
	prefix string
}

// last is where the next page goes on behind this line.
func (l listed) last() string {
	if l.object != nil {
		return l.object.key
	}
	return l.prefix
}

// walk yields, in order, the lines of a listing that lie behind after. Objects
// that shows refuses are left out. A common prefix that is not behind after is
// dropped, even when keys that it stands for are.
func walk(keys keySpace, q listQuery, after string, shows func(*object) bool) iter.Seq[listed] {
	return func(yield func(listed) bool) {
		start := q.prefix
		if after >= start && after != "" {
			start = after + "\x00"
		}
		for {
			next, more := walkRun(keys, q, start, after, shows, yield)
			if !more || next == "" {
				return
			}
			start = next
		}
	}
}

// walkRun goes on from start to the end, or up to a common prefix, behind
// which it answers to start again. more is false when the listing ends.
func walkRun(keys keySpace, q listQuery, start, after string, shows func(*object) bool, yield func(listed) bool) (next string, more bool) {
	for o := range keys.From(start) {
		if !strings.HasPrefix(o.key, q.prefix) {
			return "", false
		}
		common := commonPrefix(o.key, q)
		switch {
		case common == "":
			if shows(o) && !yield(listed{object: o}) {
				return "", false
			}
		case common <= after:
			return behind(common), true
		case shows(o):
			return behind(common), yield(listed{prefix: common})
		}
	}
	return "", false
}

// commonPrefix is the prefix up to and with the delimiter, "" when the key is
// listed itself.
func commonPrefix(key string, q listQuery) string {
	if q.delimiter == "" {
		return ""
	}
	i := strings.Index(key[len(q.prefix):], q.delimiter)
	if i < 0 {
		return ""
	}
	return key[:len(q.prefix)+i+len(q.delimiter)]
}

// behind is the first string after all that begin with prefix, "" when there
// is none.
func behind(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xFF {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return ""
}

func hasCurrent(o *object) bool { return o.current() != nil }

type listVersionsResult struct {
	XMLName             xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListVersionsResult"`
	Name                string
	Prefix              wire.Name
	KeyMarker           wire.Name
	VersionIDMarker     string    `xml:"VersionIdMarker"`
	NextKeyMarker       wire.Name `xml:",omitempty"`
	NextVersionIDMarker string    `xml:"NextVersionIdMarker,omitempty"`
	MaxKeys             int
	Delimiter           wire.Name `xml:",omitempty"`
	EncodingType        string    `xml:",omitempty"`
	IsTruncated         bool
	Entries             []versionEntry
	CommonPrefixes      []prefixEntry
}

type prefixEntry struct{ Prefix wire.Name }

// versionEntry is a Version or, without the elements of its body, a
// DeleteMarker.
type versionEntry struct {
	XMLName           xml.Name
	Key               wire.Name
	VersionID         string `xml:"VersionId"`
	IsLatest          bool
	LastModified      string
	ETag              string `xml:",omitempty"`
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
	Size              *int64
	Owner             owner
	StorageClass      string `xml:",omitempty"`
}

// listedVersion is one line of a listing of versions: a version, or a common
// prefix.
type listedVersion struct {
	object  *object
	version *version
	prefix  string
}

func (c *Call) listObjectVersions() error {
	q, err := c.listQuery("max-keys")
	if err != nil {
		return err
	}
	keyMarker, idMarker := c.query.Get("key-marker"), c.query.Get("version-id-marker")
	if idMarker != "" {
		if keyMarker == "" {
			return wire.InvalidArgument("version-id-marker", idMarker, "A version-id marker cannot be specified without a key marker.")
		}
		if err := checkVersionID(idMarker); err != nil {
			return err
		}
	}
	result := listVersionsResult{
		Name: c.bucketName, Prefix: q.text(q.prefix), KeyMarker: q.text(keyMarker), VersionIDMarker: idMarker,
		MaxKeys: q.page(), Delimiter: q.text(q.delimiter), EncodingType: q.encodingType(),
	}
	c.bucket.listVersions(&result, q, keyMarker, idMarker)
	return c.writeXML(result)
}

// listVersions adds the page behind the markers to the result.
func (b *bucket) listVersions(result *listVersionsResult, q listQuery, keyMarker, idMarker string) {
	var lastKey, lastID string
	b.mu.RLock()
	defer b.mu.RUnlock()
	for line := range walkVersions(b.objects, q, keyMarker, idMarker) {
		if len(result.Entries)+len(result.CommonPrefixes) == q.page() {
			// A page of no length is the end, not a beginning.
			result.IsTruncated = q.page() > 0
			break
		}
		if line.version == nil {
			lastKey, lastID = line.prefix, ""
			result.CommonPrefixes = append(result.CommonPrefixes, prefixEntry{q.text(line.prefix)})
			continue
		}
		lastKey, lastID = line.object.key, line.version.id
		result.Entries = append(result.Entries, newVersionEntry(q, line, b.owner))
	}
	if result.IsTruncated {
		result.NextKeyMarker, result.NextVersionIDMarker = q.text(lastKey), lastID
	}
}

// walkVersions yields the lines behind a key, or behind one version of it when
// id is given.
func walkVersions(keys keySpace, q listQuery, key, id string) iter.Seq[listedVersion] {
	every := func(*object) bool { return true }
	return func(yield func(listedVersion) bool) {
		if id != "" && strings.HasPrefix(key, q.prefix) && commonPrefix(key, q) == "" {
			if o := keys.Get(key); !yieldVersions(o, o.after(id), yield) {
				return
			}
		}
		for line := range walk(keys, q, key, every) {
			if line.object == nil && !yield(listedVersion{prefix: line.prefix}) ||
				line.object != nil && !yieldVersions(line.object, line.object.versions, yield) {
				return
			}
		}
	}
}

func yieldVersions(o *object, versions []*version, yield func(listedVersion) bool) bool {
	for _, v := range versions {
		if !yield(listedVersion{object: o, version: v}) {
			return false
		}
	}
	return true
}

// after gives the versions older than id.
func (o *object) after(id string) []*version {
	if o == nil {
		return nil
	}
	i := slices.IndexFunc(o.versions, func(v *version) bool { return v.id == id })
	return o.versions[i+1:]
}

func newVersionEntry(q listQuery, line listedVersion, ownerAccount string) versionEntry {
	v := line.version
	entry := versionEntry{
		XMLName: xml.Name{Local: "Version"}, Key: q.text(line.object.key), VersionID: v.id, IsLatest: v == line.object.versions[0],
		LastModified: v.modified.Format(wire.TimeFormat), Owner: owner{wire.OwnerID(ownerAccount)},
	}
	if v.marker {
		entry.XMLName.Local = "DeleteMarker"
		return entry
	}
	size := v.size
	entry.ETag, entry.Size, entry.StorageClass = quoted(v.etag), &size, v.storageClass
	entry.ChecksumAlgorithm, entry.ChecksumType = v.checksum.algorithm, v.checksum.kind
	return entry
}
