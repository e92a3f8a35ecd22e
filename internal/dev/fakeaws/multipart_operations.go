package fakeaws

// multipartOperations are told by their query parameters, so that they go
// before the object operations of the same method.
var multipartOperations = []operation{
	{
		name: "CreateMultipartUpload", method: "POST", level: objectLevel, sub: []string{"uploads"}, reads: newObjectReads,
		action: "s3:PutObject", do: (*call).createMultipartUpload,
	},
	{
		name: "UploadPartCopy", method: "PUT", level: objectLevel, sub: []string{"partNumber", "uploadId"}, header: "X-Amz-Copy-Source",
		reads: append([]string{"x-amz-copy-source-range"}, copySourceReads...), action: "s3:PutObject", do: (*call).uploadPartCopy,
	},
	{
		name: "UploadPart", method: "PUT", level: objectLevel, sub: []string{"partNumber", "uploadId"},
		action: "s3:PutObject", do: (*call).uploadPart,
	},
	{
		name: "CompleteMultipartUpload", method: "POST", level: objectLevel, sub: []string{"uploadId"}, reads: []string{"x-amz-mp-object-size"},
		action: "s3:PutObject", do: (*call).completeMultipartUpload,
	},
	{
		name: "AbortMultipartUpload", method: "DELETE", level: objectLevel, sub: []string{"uploadId"},
		action: "s3:AbortMultipartUpload", do: (*call).abortMultipartUpload,
	},
	{
		name: "ListParts", method: "GET", level: objectLevel, sub: []string{"uploadId"}, params: []string{"max-parts", "part-number-marker"},
		action: "s3:ListMultipartUploadParts", do: (*call).listParts,
	},
}
