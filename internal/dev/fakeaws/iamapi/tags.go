package iamapi

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxTags = 50

type tag struct{ Key, Value string }

var tagPattern = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// tags reads and checks the tags of a request.
func (c *call) tags() ([]tag, error) {
	tags := c.rawTags()
	if len(tags) > maxTags {
		return nil, invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to %d", maxTags)
	}
	for i, t := range tags {
		where := "tags." + strconv.Itoa(i+1) + ".member"
		switch {
		case t.Key == "":
			return nil, tooShort(where + ".key")
		case utf8.RuneCountInString(t.Key) > 128:
			return nil, tooLong(t.Key, where+".key", 128)
		case utf8.RuneCountInString(t.Value) > 256:
			return nil, tooLong(t.Value, where+".value", 256)
		case !tagPattern.MatchString(t.Key):
			return nil, badCharacters(t.Key, where+".key", "+")
		case !tagPattern.MatchString(t.Value):
			return nil, badCharacters(t.Value, where+".value", "*")
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return nil, invalidInput("aws: prefixed tag key names are not allowed for external use.")
		}
		if indexTag(tags[:i], t.Key) >= 0 {
			return nil, invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
	}
	return tags, nil
}

func (c *call) rawTags() []tag {
	var tags []tag
	for i := 1; ; i++ {
		prefix := "Tags.member." + strconv.Itoa(i)
		if !c.form.Has(prefix + ".Key") {
			return tags
		}
		tags = append(tags, tag{c.get(prefix + ".Key"), c.get(prefix + ".Value")})
	}
}

// requestTagKeys adds the condition keys about the tags of the request.
func (c *call) requestTagKeys(keys map[string][]string) {
	for _, t := range c.rawTags() {
		keys["aws:requesttag/"+strings.ToLower(t.Key)] = []string{t.Value}
		keys["aws:tagkeys"] = append(keys["aws:tagkeys"], t.Key)
	}
	keys["aws:tagkeys"] = append(keys["aws:tagkeys"], c.strings("TagKeys")...)
}

// createTags are the tags of a request that creates something; they take the
// permission to tag it as well.
func (c *call) createTags(action, resource string) ([]tag, error) {
	tags, err := c.tags()
	if err != nil || len(tags) == 0 {
		return nil, err
	}
	return tags, c.authorize(action, resource, nil)
}

// addTags replaces the tags whose keys differ in case only.
func (c *call) addTags(to *[]tag) (any, error) {
	tags, err := c.tags()
	if err != nil {
		return nil, err
	}
	merged := slices.Clone(*to)
	for _, t := range tags {
		if i := indexTag(merged, t.Key); i >= 0 {
			merged[i] = t
			continue
		}
		merged = append(merged, t)
	}
	if len(merged) > maxTags {
		return nil, limitExceeded("The number of tags has reached the maximum limit.")
	}
	*to = merged
	return nil, nil
}

func (c *call) removeTags(from *[]tag) (any, error) {
	for _, key := range c.strings("TagKeys") {
		if i := indexTag(*from, key); i >= 0 {
			*from = slices.Delete(*from, i, i+1)
		}
	}
	return nil, nil
}

type tagsResult struct {
	Tags list[tag]
	page
}

func (c *call) listTags(tags []tag) (any, error) {
	shown, p, err := paginate(c, slices.Clone(tags), func(t tag) string { return t.Key })
	return tagsResult{list[tag]{shown}, p}, err
}

// shownTags is nil for none: answers leave the element out.
func shownTags(tags []tag) *list[tag] {
	if len(tags) == 0 {
		return nil
	}
	return &list[tag]{tags}
}

func indexTag(tags []tag, key string) int {
	return slices.IndexFunc(tags, func(t tag) bool { return strings.EqualFold(t.Key, key) })
}

func tooShort(where string) error {
	return invalid("1 validation error detected: Value '' at '%s' failed to satisfy constraint: Member must have length greater than or equal to 1", where)
}

func tooLong(value, where string, limit int) error {
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", value, where, limit)
}

func badCharacters(value, where, repeat string) error {
	return invalid(`1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]%s`, value, where, repeat)
}
