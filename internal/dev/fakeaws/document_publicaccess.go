package fakeaws

import "net/http"

const (
	publicAccessKind = "publicAccessBlock"
	publicAccessRoot = "PublicAccessBlockConfiguration"
)

var publicAccessOperations = []operation{
	{
		name: "GetPublicAccessBlock", method: http.MethodGet, level: bucketLevel, sub: []string{publicAccessKind},
		action: "s3:GetBucketPublicAccessBlock",
		do: getDocument(publicAccessKind,
			fail(404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")),
	},
	{
		name: "PutPublicAccessBlock", method: http.MethodPut, level: bucketLevel, sub: []string{publicAccessKind},
		action: "s3:PutBucketPublicAccessBlock", configures: true, do: (*call).putPublicAccess,
	},
	{
		name: "DeletePublicAccessBlock", method: http.MethodDelete, level: bucketLevel, sub: []string{publicAccessKind},
		action: "s3:PutBucketPublicAccessBlock", configures: true,
		do: deleteDocument(publicAccessKind, func(b *bucket) { b.access = publicAccess{} }),
	},
}

// publicAccess is what the public access block of a bucket forbids. ACLs are
// not served, so that the two switches of theirs have nothing to act on.
type publicAccess struct{ BlockPublicPolicy, RestrictPublicBuckets bool }

type publicAccessBlock struct {
	BlockPublicAcls       *bool
	IgnorePublicAcls      *bool
	BlockPublicPolicy     *bool
	RestrictPublicBuckets *bool
}

func (p publicAccessBlock) effect() publicAccess {
	return publicAccess{BlockPublicPolicy: *p.BlockPublicPolicy, RestrictPublicBuckets: *p.RestrictPublicBuckets}
}

func (c *call) putPublicAccess() error {
	var config publicAccessBlock
	if err := c.readConfiguration(publicAccessRoot, &config); err != nil {
		return err
	}
	if config == (publicAccessBlock{}) {
		return invalidRequest("Must specify at least one configuration.")
	}
	for _, part := range []**bool{&config.BlockPublicAcls, &config.IgnorePublicAcls, &config.BlockPublicPolicy, &config.RestrictPublicBuckets} {
		if *part == nil {
			*part = new(bool)
		}
	}
	return c.putXML(publicAccessKind, publicAccessRoot, config, func(b *bucket) { b.access = config.effect() })
}
