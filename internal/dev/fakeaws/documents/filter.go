package documents

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// Tag is a tag of a bucket, an object or a filter.
type Tag struct{ Key, Value string }

// MaxObjectTags is the most tags that an object can have.
const MaxObjectTags = 10

// MaxBucketTags is the most tags that a bucket can have.
const MaxBucketTags = 50

// Tagging is the document of the tags of a bucket or an object.
type Tagging struct {
	TagSet *TagSet
}

// TagSet is the one element of Tagging.
type TagSet struct {
	Tag []Tag
}

// Tags checks that the document is whole and gives what it holds. noun and
// most say of what there may be how many.
func (t Tagging) Tags(noun string, most int) ([]Tag, error) {
	if t.TagSet == nil {
		return nil, wire.MalformedXML()
	}
	return t.TagSet.Tag, CheckTags(t.TagSet.Tag, noun, most)
}

var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// CheckTags refuses more tags than most, and malformed or repeated ones.
func CheckTags(tags []Tag, noun string, most int) error {
	if len(tags) > most {
		return wire.Fail(400, "BadRequest", noun+" tags cannot be greater than "+strconv.Itoa(most))
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128 || !tagText.MatchString(t.Key):
			return wire.Fail(400, "InvalidTag", "The TagKey you have provided is invalid", wire.Field("TagKey", t.Key))
		case utf8.RuneCountInString(t.Value) > 256 || !tagText.MatchString(t.Value):
			return wire.Fail(400, "InvalidTag", "The TagValue you have provided is invalid", wire.Field("TagKey", t.Key), wire.Field("TagValue", t.Value))
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return wire.Fail(400, "InvalidTag", "System tags cannot be added/updated by requester", wire.Field("TagKey", t.Key))
		case seen[t.Key]:
			return wire.Fail(400, "InvalidTag", "Cannot provide multiple Tags with the same key", wire.Field("TagKey", t.Key))
		}
		seen[t.Key] = true
	}
	return nil
}

// lifecycleFilter says which objects a rule is for: all of them when it is
// empty, else those of one predicate, or of several under And.
type lifecycleFilter struct {
	Prefix                *string
	Tag                   *Tag
	ObjectSizeGreaterThan *int64
	ObjectSizeLessThan    *int64
	And                   *lifecycleAnd
}

type lifecycleAnd struct {
	Prefix                *string
	Tag                   []Tag
	ObjectSizeGreaterThan *int64
	ObjectSizeLessThan    *int64
}

func (f *lifecycleFilter) check() error {
	if count(f.Prefix != nil, f.Tag != nil, f.ObjectSizeGreaterThan != nil, f.ObjectSizeLessThan != nil, f.And != nil) > 1 {
		return wire.MalformedXML()
	}
	and := f.And
	if and == nil {
		and = &lifecycleAnd{ObjectSizeGreaterThan: f.ObjectSizeGreaterThan, ObjectSizeLessThan: f.ObjectSizeLessThan}
	} else if len(and.Tag)+count(and.Prefix != nil, and.ObjectSizeGreaterThan != nil, and.ObjectSizeLessThan != nil) < 2 {
		return wire.MalformedXML()
	}
	greater, less := and.ObjectSizeGreaterThan, and.ObjectSizeLessThan
	switch {
	case greater != nil && *greater < 0:
		return wire.InvalidRequest("'ObjectSizeGreaterThan' must be nonnegative")
	case less != nil && *less < 1:
		return wire.InvalidRequest("'ObjectSizeLessThan' must be a positive integer")
	case greater != nil && less != nil && *greater >= *less:
		return wire.InvalidRequest("'ObjectSizeGreaterThan' must be less than 'ObjectSizeLessThan'")
	}
	return checkFilterTags(f.tags())
}

// tags may be asked of a nil filter.
func (f *lifecycleFilter) tags() []Tag {
	switch {
	case f == nil:
	case f.And != nil:
		return f.And.Tag
	case f.Tag != nil:
		return []Tag{*f.Tag}
	}
	return nil
}

func (f *lifecycleFilter) bySize() bool {
	if f == nil {
		return false
	}
	return f.ObjectSizeGreaterThan != nil || f.ObjectSizeLessThan != nil ||
		f.And != nil && (f.And.ObjectSizeGreaterThan != nil || f.And.ObjectSizeLessThan != nil)
}

// objectFilter is the same for replication, metrics and tiering, which know
// no sizes.
type objectFilter struct {
	Prefix         *string
	Tag            *Tag
	AccessPointArn *string // metrics only
	And            *objectAnd
}

type objectAnd struct {
	Prefix         *string
	Tag            []Tag
	AccessPointArn *string
}

// Check wants exactly one predicate where empty does not stand for all
// objects.
func (f *objectFilter) Check(mayBeEmpty bool) error {
	n := count(f.Prefix != nil, f.Tag != nil, f.AccessPointArn != nil, f.And != nil)
	if n > 1 || n == 0 && !mayBeEmpty {
		return wire.MalformedXML()
	}
	if f.And != nil && len(f.And.Tag)+count(f.And.Prefix != nil, f.And.AccessPointArn != nil) < 2 {
		return wire.MalformedXML()
	}
	return checkFilterTags(f.tags())
}

func (f *objectFilter) tags() []Tag {
	switch {
	case f == nil:
	case f.And != nil:
		return f.And.Tag
	case f.Tag != nil:
		return []Tag{*f.Tag}
	}
	return nil
}

// AccessPoint is the ARN that the filter names, "" for none.
func (f *objectFilter) AccessPoint() string {
	switch {
	case f.AccessPointArn != nil:
		return *f.AccessPointArn
	case f.And != nil && f.And.AccessPointArn != nil:
		return *f.And.AccessPointArn
	}
	return ""
}

func checkFilterTags(tags []Tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		if seen[t.Key] {
			return wire.InvalidRequest("Duplicate Tag Keys are not allowed.")
		}
		seen[t.Key] = true
	}
	return CheckTags(tags, "Filter", MaxObjectTags)
}

func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}
