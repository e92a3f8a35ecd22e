package fakeaws

import "slices"

// newObjectReads are the headers of the operations that make an object.
var newObjectReads = []string{
	"x-amz-acl", "x-amz-grant-", "x-amz-meta-", "x-amz-storage-class", "x-amz-tagging", "x-amz-server-side-encryption",
	"x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-bucket-key-enabled", "x-amz-server-side-encryption-context",
}

var copySourceReads = []string{"x-amz-copy-source", "x-amz-copy-source-if-", "x-amz-source-expected-bucket-owner"}

var readParams = []string{
	"versionId", "partNumber", "response-cache-control", "response-content-disposition", "response-content-encoding",
	"response-content-language", "response-content-type", "response-expires",
}

// objectOperations act on whole objects. Those that a query parameter or a
// header selects come before the plain ones.
var objectOperations = []operation{
	{
		name: "GetObjectAttributes", method: "GET", level: objectLevel, sub: []string{"attributes"}, params: []string{"versionId"},
		reads:  []string{"x-amz-object-attributes", "x-amz-max-parts", "x-amz-part-number-marker"},
		action: "s3:GetObject", versionAction: "s3:GetObjectVersion", do: (*call).getObjectAttributes,
	},
	{
		name: "GetObjectTagging", method: "GET", level: objectLevel, sub: []string{"tagging"}, params: []string{"versionId"},
		action: "s3:GetObjectTagging", versionAction: "s3:GetObjectVersionTagging", do: (*call).getObjectTagging,
	},
	{
		name: "PutObjectTagging", method: "PUT", level: objectLevel, sub: []string{"tagging"}, params: []string{"versionId"},
		action: "s3:PutObjectTagging", versionAction: "s3:PutObjectVersionTagging", do: (*call).putObjectTagging,
	},
	{
		name: "DeleteObjectTagging", method: "DELETE", level: objectLevel, sub: []string{"tagging"}, params: []string{"versionId"},
		action: "s3:DeleteObjectTagging", versionAction: "s3:DeleteObjectVersionTagging", do: (*call).deleteObjectTagging,
	},
	{
		name: "RestoreObject", method: "POST", level: objectLevel, sub: []string{"restore"}, params: []string{"versionId"},
		action: "s3:RestoreObject", do: (*call).restoreObject,
	},
	{
		name: "CopyObject", method: "PUT", level: objectLevel, header: "X-Amz-Copy-Source",
		reads:  slices.Concat(newObjectReads, copySourceReads, []string{"x-amz-metadata-directive", "x-amz-tagging-directive"}),
		action: "s3:PutObject", do: (*call).copyObject,
	},
	{name: "PutObject", method: "PUT", level: objectLevel, reads: newObjectReads, action: "s3:PutObject", do: (*call).putObject},
	{
		name: "GetObject", method: "GET", level: objectLevel, params: readParams,
		action: "s3:GetObject", versionAction: "s3:GetObjectVersion", do: (*call).getObject,
	},
	{
		name: "HeadObject", method: "HEAD", level: objectLevel, params: readParams,
		action: "s3:GetObject", versionAction: "s3:GetObjectVersion", do: (*call).getObject,
	},
	{
		name: "DeleteObject", method: "DELETE", level: objectLevel, params: []string{"versionId"},
		action: "s3:DeleteObject", versionAction: "s3:DeleteObjectVersion", do: (*call).deleteObject,
	},
	// Every key is authorised on its own.
	{name: "DeleteObjects", method: "POST", level: bucketLevel, sub: []string{"delete"}, do: (*call).deleteObjects},
}
