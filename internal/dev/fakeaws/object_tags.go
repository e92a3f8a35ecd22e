package fakeaws

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const maxObjectTags = 10

// requestedTags reads the tags of a new object from its header.
func (c *call) requestedTags() ([]tag, error) {
	header := c.r.Header.Get("X-Amz-Tagging")
	if header == "" {
		return nil, nil
	}
	if err := c.authorize("s3:PutObjectTagging", c.target()); err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(header)
	if err != nil {
		return nil, badTagging(header)
	}
	var tags []tag
	for key, values := range query {
		if len(values) > 1 {
			return nil, badTagging(header)
		}
		tags = append(tags, tag{key, values[0]})
	}
	slices.SortFunc(tags, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
	return tags, checkTags(tags, "Object", maxObjectTags)
}

func badTagging(header string) error {
	return invalidArgument("x-amz-tagging", header, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
}

func (c *call) getObjectTagging() error {
	v, err := c.locate(c.bucket, c.key, c.versionID())
	if err != nil {
		return err
	}
	c.versionHeader(c.bucket, v)
	body, err := canonicalXML("Tagging", tagging{&tagSet{v.tags}})
	if err != nil {
		return err
	}
	c.writeDocument("application/xml", body)
	return nil
}

func (c *call) putObjectTagging() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var document tagging
	if err := c.readConfiguration("Tagging", &document); err != nil {
		return err
	}
	tags, err := document.tags("Object", maxObjectTags)
	if err != nil {
		return err
	}
	return c.setObjectTags(tags, http.StatusOK)
}

func (c *call) deleteObjectTagging() error { return c.setObjectTags(nil, http.StatusNoContent) }

func (c *call) setObjectTags(tags []tag, status int) error {
	return c.amend(func(v *version) (int, error) {
		v.tags = tags
		return status, nil
	})
}
