package s3api

import (
	"encoding/xml"
	"net/http"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// deletion is what became of a key.
type deletion struct {
	versionID string // of the version removed or the marker made; "" without versioning
	marker    bool   // a delete marker was made or removed
}

func (c *Call) deleteObject() error {
	match := c.r.Header.Get("If-Match")
	if match != "" && match != "*" {
		if err := c.authorize("s3:GetObject", c.target()); err != nil {
			return err
		}
	}
	d, err := c.deleteKey(c.key, c.versionID(), match)
	if err != nil {
		return err
	}
	if d.versionID != "" {
		c.w.Header().Set("X-Amz-Version-Id", d.versionID)
	}
	if d.marker {
		c.w.Header().Set("X-Amz-Delete-Marker", "true")
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteKey removes a version for good, or the current one in the way that the
// bucket's versioning wants. With match, "*" or an etag, the current version
// must be there and have it. To delete what is not there is no error.
func (c *Call) deleteKey(key string, id *string, match string) (deletion, error) {
	if id != nil {
		if err := checkVersionID(*id); err != nil {
			return deletion{}, err
		}
	}
	b := c.bucket
	if err := b.lock(); err != nil {
		return deletion{}, err
	}
	defer b.mu.Unlock()
	if match != "" {
		o := b.objects.Get(key)
		switch {
		case o == nil:
			return deletion{}, wire.NoSuchKey(key)
		case o.current() == nil || match != "*" && unquoted(match) != o.current().etag:
			return deletion{}, wire.PreconditionFailed("If-Match")
		}
	}
	if id != nil {
		gone := b.remove(key, *id)
		return deletion{versionID: *id, marker: gone != nil && gone.marker}, nil
	}
	if b.versioning == "" {
		b.remove(key, nullVersion)
		return deletion{}, nil
	}
	marker := &version{marker: true, modified: c.now.UTC().Truncate(time.Second)}
	b.put(key, marker)
	return deletion{versionID: marker.id, marker: true}, nil
}

// maxDeletes is the number of keys that one DeleteObjects takes.
const maxDeletes = 1000

type deleteRequest struct {
	XMLName xml.Name `xml:"Delete"`
	Objects []struct {
		Key              string
		VersionID        *string `xml:"VersionId"`
		ETag             string
		LastModifiedTime *string
		Size             *string
	} `xml:"Object"`
	Quiet bool
}

type deleteResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedEntry
	Errors  []deleteError `xml:"Error"`
}

type deletedEntry struct {
	Key                   wire.Name
	VersionID             string `xml:"VersionId,omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type deleteError struct {
	Key           wire.Name
	VersionID     string `xml:"VersionId,omitempty"`
	Code, Message string
}

func (c *Call) deleteObjects() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var request deleteRequest
	if err := c.readXML(&request, false); err != nil {
		return err
	}
	if len(request.Objects) == 0 || len(request.Objects) > maxDeletes {
		return wire.MalformedXML()
	}
	var result deleteResult
	for _, o := range request.Objects {
		if o.LastModifiedTime != nil || o.Size != nil {
			return wire.NotImplemented("DeleteObjects of a directory bucket")
		}
		if o.Key == "" {
			return wire.Fail(400, "UserKeyMustBeSpecified", "The request must specify a key.")
		}
		d, err := c.deleteOne(o.Key, o.VersionID, o.ETag)
		if err != nil {
			e := wire.AsError(err)
			entry := deleteError{Key: wire.Name(o.Key), Code: e.Code, Message: e.Message}
			if o.VersionID != nil {
				entry.VersionID = *o.VersionID
			}
			result.Errors = append(result.Errors, entry)
			continue
		}
		if !request.Quiet {
			result.Deleted = append(result.Deleted, newDeletedEntry(o.Key, o.VersionID, d))
		}
	}
	return c.writeXML(result)
}

// deleteOne deletes one of many keys with the permission that it takes.
func (c *Call) deleteOne(key string, id *string, match string) (deletion, error) {
	actions := []string{"s3:DeleteObject"}
	extra := map[string][]string{}
	if id != nil {
		actions[0] = "s3:DeleteObjectVersion"
		extra["s3:versionid"] = []string{*id}
	}
	if match != "" {
		extra["s3:if-match"] = []string{match}
		if match != "*" {
			actions = append(actions, "s3:GetObject")
		}
	}
	for _, action := range actions {
		if err := c.authorizeOn(c.bucket, action, wire.ObjectARN(c.bucketName, key), extra); err != nil {
			return deletion{}, err
		}
	}
	return c.deleteKey(key, id, match)
}

// newDeletedEntry words a deletion: a marker is named apart from the version
// that the request named.
func newDeletedEntry(key string, id *string, d deletion) deletedEntry {
	entry := deletedEntry{Key: wire.Name(key), DeleteMarker: d.marker}
	if id != nil {
		entry.VersionID = *id
	}
	if d.marker {
		entry.DeleteMarkerVersionID = d.versionID
	}
	return entry
}
