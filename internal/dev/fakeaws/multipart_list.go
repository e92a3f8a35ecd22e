package fakeaws

import (
	"cmp"
	"encoding/xml"
	"maps"
	"slices"
	"strings"
)

type listPartsResult struct {
	XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
	Bucket               string
	Key                  name
	UploadID             string `xml:"UploadId"`
	Initiator            owner
	Owner                owner
	StorageClass         string
	ChecksumAlgorithm    string `xml:",omitempty"`
	ChecksumType         string `xml:",omitempty"`
	PartNumberMarker     int
	NextPartNumberMarker int
	MaxParts             int
	IsTruncated          bool
	Part                 []partEntry
}

type partEntry struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
	checksumElements
}

func (c *call) listParts() error {
	limit, err := wholeNumber("max-parts", c.query.Get("max-parts"), maxPage)
	if err != nil {
		return err
	}
	after, err := wholeNumber("part-number-marker", c.query.Get("part-number-marker"), 0)
	if err != nil {
		return err
	}
	result, err := c.partsPage(min(limit, maxPage), after)
	if err != nil {
		return err
	}
	return c.writeXML(result)
}

func (c *call) partsPage(limit, after int) (*listPartsResult, error) {
	b := c.bucket
	b.mu.RLock()
	defer b.mu.RUnlock()
	u, err := c.findUpload()
	if err != nil {
		return nil, err
	}
	result := &listPartsResult{
		Bucket: b.name, Key: name(u.key), UploadID: u.id, Initiator: owner{ownerID(u.initiator)}, Owner: owner{ownerID(b.owner)},
		StorageClass: u.object.storageClass, PartNumberMarker: after, MaxParts: limit, ChecksumAlgorithm: u.algorithm,
	}
	if u.algorithm != "" {
		result.ChecksumType = u.kind
	}
	for _, number := range slices.Sorted(maps.Keys(u.parts)) {
		if number <= after {
			continue
		}
		if len(result.Part) == limit {
			result.IsTruncated = true
			break
		}
		p := u.parts[number]
		entry := partEntry{PartNumber: number, LastModified: p.modified.Format(xmlTime), ETag: quoted(p.etag()), Size: p.size}
		if u.algorithm != "" {
			entry.checksumElements = p.checksum.elements()
		}
		result.Part = append(result.Part, entry)
		result.NextPartNumberMarker = number
	}
	return result, nil
}

type listMultipartUploadsResult struct {
	XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
	Bucket             string
	KeyMarker          name
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      name
	NextUploadIDMarker string `xml:"NextUploadIdMarker"`
	Prefix             name   `xml:",omitempty"`
	Delimiter          name   `xml:",omitempty"`
	EncodingType       string `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Upload             []uploadEntry
	CommonPrefixes     []prefixEntry
}

type uploadEntry struct {
	Key               name
	UploadID          string `xml:"UploadId"`
	Initiator         owner
	Owner             owner
	StorageClass      string
	Initiated         string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

func (c *call) listMultipartUploads() error {
	q, err := c.listQuery("max-uploads")
	if err != nil {
		return err
	}
	keyMarker, idMarker := c.query.Get("key-marker"), c.query.Get("upload-id-marker")
	if keyMarker == "" {
		idMarker = "" // as S3 does
	}
	result := listMultipartUploadsResult{
		Bucket: c.bucketName, KeyMarker: q.text(keyMarker), UploadIDMarker: idMarker, Prefix: q.text(q.prefix),
		Delimiter: q.text(q.delimiter), EncodingType: q.encodingType(), MaxUploads: q.page(),
	}
	c.bucket.listUploads(&result, q, keyMarker, idMarker)
	return c.writeXML(result)
}

// listUploads adds the page behind the markers to the result: uploads by key,
// those of one key by id.
func (b *bucket) listUploads(result *listMultipartUploadsResult, q listQuery, keyMarker, idMarker string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	uploads := slices.SortedFunc(maps.Values(b.uploads), func(x, y *upload) int {
		return cmp.Or(strings.Compare(x.key, y.key), strings.Compare(x.id, y.id))
	})
	lastPrefix := ""
	for _, u := range uploads {
		if !strings.HasPrefix(u.key, q.prefix) || u.key < keyMarker || u.key == keyMarker && (idMarker == "" || u.id <= idMarker) {
			continue
		}
		common := commonPrefix(u.key, q)
		if common != "" && (common <= keyMarker || common == lastPrefix) {
			continue
		}
		if len(result.Upload)+len(result.CommonPrefixes) == q.page() {
			result.IsTruncated = q.page() > 0
			break
		}
		if common != "" {
			lastPrefix = common
			result.CommonPrefixes = append(result.CommonPrefixes, prefixEntry{q.text(common)})
			result.NextKeyMarker, result.NextUploadIDMarker = q.text(common), ""
			continue
		}
		result.Upload = append(result.Upload, newUploadEntry(q, u, b.owner))
		result.NextKeyMarker, result.NextUploadIDMarker = q.text(u.key), u.id
	}
}

func newUploadEntry(q listQuery, u *upload, ownerAccount string) uploadEntry {
	entry := uploadEntry{
		Key: q.text(u.key), UploadID: u.id, Initiator: owner{ownerID(u.initiator)}, Owner: owner{ownerID(ownerAccount)},
		StorageClass: u.object.storageClass, Initiated: u.initiated.Format(xmlTime), ChecksumAlgorithm: u.algorithm,
	}
	if u.algorithm != "" {
		entry.ChecksumType = u.kind
	}
	return entry
}
