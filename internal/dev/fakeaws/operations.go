package fakeaws

import (
	"net/http"
	"slices"
)

// operations is every operation of S3 that the server knows. The first match
// wins, so that those selected by a query parameter come before those that
// nothing selects.
var operations = slices.Concat(
	documentOperations,
	listOperations, multipartOperations, objectOperations,
	bucketOperations,
)

var documentOperations = slices.Concat(
	versioningOperations,
	encryptionOperations,
	publicAccessOperations,
	ownershipOperations,
	taggingOperations,
	corsOperations,
	lifecycleOperations,
	policyOperations,
	replicationOperations,
	loggingOperations,
	tieringOperations,
	metricsOperations,
	inventoryOperations,
	notificationOperations,
	aclOperations,
	fixedOperations,
)

// bucketOperations are those that no query parameter selects.
var bucketOperations = []operation{
	{
		name: "ListBuckets", method: http.MethodGet, level: serviceLevel,
		params: []string{"prefix", "continuation-token", "max-buckets", "bucket-region"},
		action: "s3:ListAllMyBuckets", do: (*call).listBuckets,
	},
	{
		name: "CreateBucket", method: http.MethodPut, level: bucketLevel,
		reads:  []string{"x-amz-acl", "x-amz-bucket-object-lock-enabled", "x-amz-object-ownership"},
		action: "s3:CreateBucket", do: (*call).createBucket,
	},
	{name: "HeadBucket", method: http.MethodHead, level: bucketLevel, action: "s3:ListBucket", do: (*call).headBucket},
	{name: "DeleteBucket", method: http.MethodDelete, level: bucketLevel, action: "s3:DeleteBucket", configures: true, do: (*call).deleteBucket},
}
