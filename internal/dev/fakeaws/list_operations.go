package fakeaws

// listOperations end with ListObjects, which no query parameter selects: they
// go behind all other operations on a bucket.
var listOperations = []operation{
	{
		name: "ListObjectsV2", method: "GET", level: bucketLevel, sub: []string{"list-type=2"},
		params: []string{"continuation-token", "delimiter", "encoding-type", "fetch-owner", "max-keys", "prefix", "start-after"},
		reads:  []string{"x-amz-optional-object-attributes"}, action: "s3:ListBucket", do: (*call).listObjectsV2,
	},
	{
		name: "ListObjectVersions", method: "GET", level: bucketLevel, sub: []string{"versions"},
		params: []string{"delimiter", "encoding-type", "key-marker", "max-keys", "prefix", "version-id-marker"},
		reads:  []string{"x-amz-optional-object-attributes"}, action: "s3:ListBucketVersions", do: (*call).listObjectVersions,
	},
	{
		name: "ListMultipartUploads", method: "GET", level: bucketLevel, sub: []string{"uploads"},
		params: []string{"delimiter", "encoding-type", "key-marker", "max-uploads", "prefix", "upload-id-marker"},
		action: "s3:ListBucketMultipartUploads", do: (*call).listMultipartUploads,
	},
	{
		name: "ListObjects", method: "GET", level: bucketLevel,
		params: []string{"delimiter", "encoding-type", "marker", "max-keys", "prefix"},
		reads:  []string{"x-amz-optional-object-attributes"}, action: "s3:ListBucket", do: (*call).listObjects,
	},
}
