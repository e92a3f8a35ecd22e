package fakeaws

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxBucketTags = 50

// tagging is the document of the tags of a bucket or an object.
type tagging struct {
	TagSet *tagSet
}

type tagSet struct {
	Tag []tag
}

// tags checks that the document is whole and gives what it holds. noun and
// most say of what there may be how many.
func (t tagging) tags(noun string, most int) ([]tag, error) {
	if t.TagSet == nil {
		return nil, malformedXML()
	}
	return t.TagSet.Tag, checkTags(t.TagSet.Tag, noun, most)
}

var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

func checkTags(tags []tag, noun string, most int) error {
	if len(tags) > most {
		return fail(400, "BadRequest", noun+" tags cannot be greater than "+strconv.Itoa(most))
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128 || !tagText.MatchString(t.Key):
			return fail(400, "InvalidTag", "The TagKey you have provided is invalid", field("TagKey", t.Key))
		case utf8.RuneCountInString(t.Value) > 256 || !tagText.MatchString(t.Value):
			return fail(400, "InvalidTag", "The TagValue you have provided is invalid", field("TagKey", t.Key), field("TagValue", t.Value))
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return fail(400, "InvalidTag", "System tags cannot be added/updated by requester", field("TagKey", t.Key))
		case seen[t.Key]:
			return fail(400, "InvalidTag", "Cannot provide multiple Tags with the same key", field("TagKey", t.Key))
		}
		seen[t.Key] = true
	}
	return nil
}
