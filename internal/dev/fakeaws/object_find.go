package fakeaws

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// versionID is the version that the request asks for; nil stands for the
// current one.
func (c *call) versionID() *string {
	if !c.query.Has("versionId") {
		return nil
	}
	id := c.query.Get("versionId")
	return &id
}

// checkVersionID refuses what no version can be called.
func checkVersionID(id string) error {
	if id == "" {
		return invalidArgument("versionId", id, "Version id cannot be the empty string")
	}
	if raw, err := base64.RawURLEncoding.DecodeString(id); id != nullVersion && (err != nil || len(raw) != versionIDBytes) {
		return invalidArgument("versionId", id, "Invalid version id specified")
	}
	return nil
}

// locate finds a version to read, the current one when id is nil. Only who may
// list the bucket learns that there is none.
func (c *call) locate(b *bucket, key string, id *string) (*version, error) {
	if id != nil {
		if err := checkVersionID(*id); err != nil {
			return nil, err
		}
	}
	b.mu.RLock()
	o := b.objects.Get(key)
	b.mu.RUnlock()
	switch {
	case o == nil && id == nil:
		return nil, c.absent(b, noSuchKey(key))
	case id == nil && o.current() == nil:
		e := noSuchKey(key)
		e.header = map[string]string{"X-Amz-Delete-Marker": "true", "X-Amz-Version-Id": o.versions[0].id}
		return nil, c.absent(b, e)
	case id == nil:
		return o.current(), nil
	}
	v := o.find(*id)
	if v == nil {
		return nil, c.absent(b, noSuchVersion(key, *id))
	}
	if v.marker {
		e := fail(405, "MethodNotAllowed", "The specified method is not allowed against this resource.", field("Method", c.r.Method), field("ResourceType", "DeleteMarker"))
		e.header = map[string]string{
			"X-Amz-Delete-Marker": "true", "X-Amz-Version-Id": v.id, "Allow": http.MethodDelete, "Last-Modified": v.modified.Format(http.TimeFormat),
		}
		return nil, e
	}
	return v, nil
}

// absent is the refusal to read what is not there.
func (c *call) absent(b *bucket, refusal *apiError) error {
	if err := c.authorizeOn(b, "s3:ListBucket", bucketARN(b.name), nil); err != nil {
		return err
	}
	return refusal
}

// versionHeader names the version in the answer, in buckets that have had
// versioning enabled.
func (c *call) versionHeader(b *bucket, v *version) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.versioning != "" {
		c.w.Header().Set("X-Amz-Version-Id", v.id)
	}
}

// amend stores a changed copy of the version that the request names. change
// answers the status to send.
func (c *call) amend(change func(*version) (int, error)) error {
	id := c.versionID()
	if _, err := c.locate(c.bucket, c.key, id); err != nil {
		return err
	}
	if err := c.bucket.lock(); err != nil {
		return err
	}
	defer c.bucket.mu.Unlock()
	// It may have gone or changed since.
	o := c.bucket.objects.Get(c.key)
	old := o.current()
	if id != nil {
		old = o.find(*id)
	}
	if old == nil || old.marker {
		return noSuchKey(c.key)
	}
	changed := *old
	status, err := change(&changed)
	if err != nil {
		return err
	}
	c.bucket.replace(o, &changed)
	if c.bucket.versioning != "" {
		c.w.Header().Set("X-Amz-Version-Id", changed.id)
	}
	c.w.WriteHeader(status)
	return nil
}

func quoted(etag string) string { return `"` + etag + `"` }

func unquoted(etag string) string { return strings.Trim(etag, `"`) }
