package fakeaws

import (
	"io"
	"slices"
	"time"
)

// nullVersion is the id of a version made while versioning was not enabled.
const nullVersion = "null"

// object is a key with its versions, newest first; there is at least one.
type object struct {
	key      string
	versions []*version
}

// current is the version that requests without a version id see: nil when it
// is a delete marker.
func (o *object) current() *version {
	if o == nil || o.versions[0].marker {
		return nil
	}
	return o.versions[0]
}

// find answers nil when the object has no such version.
func (o *object) find(id string) *version {
	if o == nil {
		return nil
	}
	for _, v := range o.versions {
		if v.id == id {
			return v
		}
	}
	return nil
}

// version is one version of an object, or a delete marker. It is never
// changed once stored, so that it can be read without the bucket's lock: a
// change of tags or of the restore state stores a copy.
type version struct {
	id           string
	marker       bool
	modified     time.Time // whole seconds, UTC
	etag         string    // without quotes
	size         int64
	body         io.ReaderAt
	storageClass string
	headers      map[string]string // content headers, canonical names
	meta         map[string]string // user metadata, lower case, without the prefix
	tags         []tag
	checksum     checksum
	parts        []part // of a multipart upload
	encryption   encryption
	restore      *restoration
}

type tag struct{ Key, Value string }

// part is one part of a finished multipart upload.
type part struct {
	number   int
	size     int64
	checksum string
}

// restoration is a request to make an archived object readable for a while.
type restoration struct{ ready, until time.Time }

// archived tells whether GET is refused at the time now.
func (v *version) archived(now time.Time) bool {
	if v.storageClass != "GLACIER" && v.storageClass != "DEEP_ARCHIVE" {
		return false
	}
	return v.restore == nil || now.Before(v.restore.ready) || !now.Before(v.restore.until)
}

// put makes v the newest version of key by the bucket's versioning state and
// sets its id. The caller holds the bucket's lock.
func (b *bucket) put(key string, v *version) {
	v.id = nullVersion
	if b.versioning == "Enabled" {
		v.id = newVersionID()
	}
	old := b.objects.Get(key)
	if old == nil {
		b.objects.Put(&object{key: key, versions: []*version{v}})
		return
	}
	versions := []*version{v}
	for _, o := range old.versions {
		if v.id != nullVersion || o.id != nullVersion {
			versions = append(versions, o)
		}
	}
	b.objects.Put(&object{key: key, versions: versions})
}

// replace stores a changed copy in place of the version of the same id. The
// caller holds the bucket's lock.
func (b *bucket) replace(o *object, v *version) {
	versions := slices.Clone(o.versions)
	for i := range versions {
		if versions[i].id == v.id {
			versions[i] = v
		}
	}
	b.objects.Put(&object{key: o.key, versions: versions})
}

// remove takes one version away for good and answers it, nil when there was
// none. The caller holds the bucket's lock.
func (b *bucket) remove(key, id string) *version {
	o := b.objects.Get(key)
	gone := o.find(id)
	if gone == nil {
		return nil
	}
	if len(o.versions) == 1 {
		b.objects.Delete(key)
		return gone
	}
	b.objects.Put(&object{key: key, versions: slices.DeleteFunc(slices.Clone(o.versions), func(v *version) bool { return v == gone })})
	return gone
}
