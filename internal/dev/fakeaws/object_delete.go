package fakeaws

import (
	"net/http"
	"time"
)

// deletion is what became of a key.
type deletion struct {
	versionID string // of the version removed or the marker made; "" without versioning
	marker    bool   // a delete marker was made or removed
}

func (c *call) deleteObject() error {
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
func (c *call) deleteKey(key string, id *string, match string) (deletion, error) {
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
			return deletion{}, noSuchKey(key)
		case o.current() == nil || match != "*" && unquoted(match) != o.current().etag:
			return deletion{}, preconditionFailed("If-Match")
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
