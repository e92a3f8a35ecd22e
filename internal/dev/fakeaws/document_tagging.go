package fakeaws

import "net/http"

const taggingRoot = "Tagging"

var taggingOperations = []operation{
	{
		name: "GetBucketTagging", method: http.MethodGet, level: bucketLevel, sub: []string{"tagging"},
		action: "s3:GetBucketTagging", do: getDocument("tagging", fail(404, "NoSuchTagSet", "The TagSet does not exist")),
	},
	{
		name: "PutBucketTagging", method: http.MethodPut, level: bucketLevel, sub: []string{"tagging"},
		action: "s3:PutBucketTagging", configures: true, do: (*call).putTagging,
	},
	{
		name: "DeleteBucketTagging", method: http.MethodDelete, level: bucketLevel, sub: []string{"tagging"},
		action: "s3:PutBucketTagging", configures: true, do: deleteDocument("tagging", nil),
	},
}

func (c *call) putTagging() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var config tagging
	if err := c.readConfiguration(taggingRoot, &config); err != nil {
		return err
	}
	tags, err := config.tags("Bucket", maxBucketTags)
	if err != nil {
		return err
	}
	doc, err := taggingDocument(tags)
	if err != nil {
		return err
	}
	if err := c.change(documentKey{kind: "tagging"}, doc, nil); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// taggingDocument is nil for no tags: S3 keeps no empty tag set.
func taggingDocument(tags []tag) (*content, error) {
	if len(tags) == 0 {
		return nil, nil
	}
	body, err := canonicalXML(taggingRoot, tagging{TagSet: &tagSet{Tag: tags}})
	return &content{body: body}, err
}
