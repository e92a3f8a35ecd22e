package fakeaws

import (
	"encoding/xml"
)

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
	Key                   name
	VersionID             string `xml:"VersionId,omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type deleteError struct {
	Key           name
	VersionID     string `xml:"VersionId,omitempty"`
	Code, Message string
}

func (c *call) deleteObjects() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var request deleteRequest
	if err := c.readXML(&request, false); err != nil {
		return err
	}
	if len(request.Objects) == 0 || len(request.Objects) > maxDeletes {
		return malformedXML()
	}
	var result deleteResult
	for _, o := range request.Objects {
		if o.LastModifiedTime != nil || o.Size != nil {
			return notImplemented("DeleteObjects of a directory bucket")
		}
		if o.Key == "" {
			return fail(400, "UserKeyMustBeSpecified", "The request must specify a key.")
		}
		d, err := c.deleteOne(o.Key, o.VersionID, o.ETag)
		if err != nil {
			e := asAPIError(err)
			entry := deleteError{Key: name(o.Key), Code: e.code, Message: e.message}
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
func (c *call) deleteOne(key string, id *string, match string) (deletion, error) {
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
		if err := c.authorizeOn(c.bucket, action, objectARN(c.bucketName, key), extra); err != nil {
			return deletion{}, err
		}
	}
	return c.deleteKey(key, id, match)
}

// newDeletedEntry words a deletion: a marker is named apart from the version
// that the request named.
func newDeletedEntry(key string, id *string, d deletion) deletedEntry {
	entry := deletedEntry{Key: name(key), DeleteMarker: d.marker}
	if id != nil {
		entry.VersionID = *id
	}
	if d.marker {
		entry.DeleteMarkerVersionID = d.versionID
	}
	return entry
}
