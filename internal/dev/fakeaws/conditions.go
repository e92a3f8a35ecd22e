package fakeaws

import (
	"net/http"
	"time"
)

// writeConditions are the preconditions of a request that makes an object.
type writeConditions struct {
	match  string   // etag that the current version must have, "" for none
	absent bool     // there must be no current version
	seen   *version // the current one when the request began
}

func (w writeConditions) any() bool { return w.match != "" || w.absent }

// writeConditions reads the preconditions before the body is received. The
// client learns about the present object by them, which If-Match wants the
// permission to read for.
func (c *call) writeConditions() (writeConditions, error) {
	match, noneMatch := c.r.Header.Get("If-Match"), c.r.Header.Get("If-None-Match")
	w := writeConditions{match: unquoted(match), absent: noneMatch != ""}
	switch {
	case match == "*" || match != "" && noneMatch != "":
		return w, unsupportedHeader("If-Match")
	case noneMatch != "" && noneMatch != "*":
		return w, unsupportedHeader("If-None-Match")
	case match != "":
		if err := c.authorize("s3:GetObject", c.target()); err != nil {
			return w, err
		}
	}
	w.seen = c.bucket.current(c.key)
	return w, nil
}

func unsupportedHeader(name string) *apiError {
	return fail(501, "NotImplemented", "A header you provided implies functionality that is not implemented", field("Header", name))
}

func (b *bucket) current(key string) *version {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.objects.Get(key).current()
}

// check is called with the bucket's lock held, right before the object is
// stored. A deletion while the request was under way is a conflict, even when
// the condition holds now.
func (w writeConditions) check(b *bucket, key string) error {
	current := b.objects.Get(key).current()
	switch {
	case !w.any():
		return nil
	case w.seen != nil && current == nil:
		return fail(409, "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation against this resource.",
			field("Condition", w.header()), field("Key", key))
	case w.absent && current != nil:
		return preconditionFailed(w.header())
	case w.match != "" && current == nil:
		return noSuchKey(key)
	case w.match != "" && current.etag != w.match:
		return preconditionFailed(w.header())
	}
	return nil
}

func (w writeConditions) header() string {
	if w.absent {
		return "If-None-Match"
	}
	return "If-Match"
}

// readConditions are the preconditions of a request that reads an object, by
// the headers of which prefix is the beginning.
type readConditions struct {
	header http.Header
	prefix string
}

// failed answers the header whose condition v does not meet, "" when it meets
// all, and whether that means that the client has the object already.
func (r readConditions) failed(v *version) (name string, notModified bool) {
	get := func(name string) string { return r.header.Get(r.prefix + name) }
	matches := func(condition string) bool { return condition == "*" || unquoted(condition) == v.etag }
	modifiedAfter := func(text string, otherwise bool) bool {
		at, err := http.ParseTime(text)
		if err != nil {
			return otherwise
		}
		return v.modified.After(at.Truncate(time.Second))
	}
	if match := get("If-Match"); match != "" {
		if !matches(match) {
			return r.prefix + "If-Match", false
		}
	} else if since := get("If-Unmodified-Since"); since != "" && modifiedAfter(since, false) {
		return r.prefix + "If-Unmodified-Since", false
	}
	if noneMatch := get("If-None-Match"); noneMatch != "" {
		if matches(noneMatch) {
			return r.prefix + "If-None-Match", true
		}
	} else if since := get("If-Modified-Since"); since != "" && !modifiedAfter(since, true) {
		return r.prefix + "If-Modified-Since", true
	}
	return "", false
}
