package s3api

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

type objectAttributes struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ GetObjectAttributesResponse"`
	ETag         string   `xml:",omitempty"`
	Checksum     *typedChecksum
	ObjectParts  *objectParts
	StorageClass string `xml:",omitempty"`
	ObjectSize   *int64
}

type objectParts struct {
	IsTruncated          bool
	MaxParts             int
	NextPartNumberMarker int
	PartNumberMarker     int
	Part                 []attributedPart
	PartsCount           int
}

type attributedPart struct {
	PartNumber int
	Size       int64
	checksumElements
}

var attributeNames = []string{"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"}

func (c *Call) getObjectAttributes() error {
	action := "s3:GetObjectAttributes"
	if c.query.Has("versionId") {
		action = "s3:GetObjectVersionAttributes"
	}
	if err := c.authorize(action, c.target()); err != nil {
		return err
	}
	wanted, err := requestedAttributes(c.r.Header)
	if err != nil {
		return err
	}
	v, err := c.locate(c.bucket, c.key, c.versionID())
	if err != nil {
		return err
	}
	result := objectAttributes{}
	if wanted["ETag"] {
		result.ETag = v.etag
	}
	if wanted["Checksum"] && v.checksum.algorithm != "" {
		typed := v.checksum.typed()
		result.Checksum = &typed
	}
	if wanted["ObjectParts"] && len(v.parts) > 0 {
		if result.ObjectParts, err = c.attributedParts(v); err != nil {
			return err
		}
	}
	if wanted["StorageClass"] {
		result.StorageClass = v.storageClass
	}
	if wanted["ObjectSize"] {
		result.ObjectSize = &v.size
	}
	c.w.Header().Set("Last-Modified", v.modified.Format(http.TimeFormat))
	c.versionHeader(c.bucket, v)
	return c.writeXML(result)
}

func requestedAttributes(h http.Header) (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, list := range h.Values("X-Amz-Object-Attributes") {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			if !slices.Contains(attributeNames, name) {
				return nil, wire.InvalidArgument("x-amz-object-attributes", name, "Invalid attribute name specified.")
			}
			wanted[name] = true
		}
	}
	if len(wanted) == 0 {
		return nil, wire.InvalidRequest("The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty")
	}
	return wanted, nil
}

// attributedParts is one page of the parts. Only parts that have a checksum of
// their own are listed; their number is told in any case.
func (c *Call) attributedParts(v *version) (*objectParts, error) {
	limit, err := wholeNumber("x-amz-max-parts", c.r.Header.Get("X-Amz-Max-Parts"), maxPage)
	if err != nil {
		return nil, err
	}
	limit = min(limit, maxPage)
	after, err := wholeNumber("x-amz-part-number-marker", c.r.Header.Get("X-Amz-Part-Number-Marker"), 0)
	if err != nil {
		return nil, err
	}
	page := &objectParts{PartsCount: len(v.parts), MaxParts: limit, PartNumberMarker: after}
	for _, p := range v.parts {
		if p.checksum == "" || p.number <= after {
			continue
		}
		if len(page.Part) == limit {
			page.IsTruncated = true
			break
		}
		entry := attributedPart{PartNumber: p.number, Size: p.size}
		*entry.value(v.checksum.algorithm) = p.checksum
		page.Part = append(page.Part, entry)
		page.NextPartNumberMarker = p.number
	}
	return page, nil
}

// restoreRequest is the body of RestoreObject, without the long withdrawn
// SELECT type.
type restoreRequest struct {
	XMLName              xml.Name `xml:"RestoreRequest"`
	Days                 *int
	Tier                 string
	GlacierJobParameters *struct{ Tier string }
	Type                 string
	SelectParameters     *struct{}
	OutputLocation       *struct{}
}

func (c *Call) restoreObject() error {
	var request restoreRequest
	if err := c.readXML(&request, false); err != nil {
		return err
	}
	if request.Type != "" || request.SelectParameters != nil || request.OutputLocation != nil {
		return wire.NotImplemented("RestoreObject with a query")
	}
	if request.Days == nil || *request.Days < 1 {
		return wire.MalformedXML()
	}
	tier := request.Tier
	if request.GlacierJobParameters != nil {
		tier = request.GlacierJobParameters.Tier
	}
	if tier != "" && !slices.Contains([]string{"Standard", "Bulk", "Expedited"}, tier) {
		return wire.MalformedXML()
	}
	return c.amend(func(v *version) (int, error) { return c.restore(v, *request.Days, tier) })
}

func (c *Call) restore(v *version, days int, tier string) (int, error) {
	r := v.restore
	switch {
	case v.storageClass != "GLACIER" && v.storageClass != "DEEP_ARCHIVE":
		return 0, wire.Fail(403, "InvalidObjectState", "Restore is not allowed for the object's current storage class", wire.Field("StorageClass", v.storageClass))
	case tier == "Expedited" && v.storageClass == "DEEP_ARCHIVE":
		return 0, wire.Fail(400, "InvalidArgument", "Retrieval option is not supported by this storage class", wire.Field("ArgumentName", "Tier"), wire.Field("ArgumentValue", tier))
	case r != nil && c.now.Before(r.ready):
		return 0, wire.Fail(409, "RestoreAlreadyInProgress", "Object restore is already in progress")
	case r != nil && c.now.Before(r.until):
		// Only the end of the copy's life moves.
		v.restore = &restoration{ready: r.ready, until: restoredUntil(c.now, days)}
		return http.StatusOK, nil
	}
	ready := c.now.UTC().Add(c.s.opts.RestoreTime)
	v.restore = &restoration{ready: ready, until: restoredUntil(ready, days)}
	return http.StatusAccepted, nil
}

// restoredUntil is the first midnight, UTC, that lies the days or more ahead.
func restoredUntil(from time.Time, days int) time.Time {
	return from.UTC().AddDate(0, 0, days).Add(24*time.Hour - 1).Truncate(24 * time.Hour)
}
