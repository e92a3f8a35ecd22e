package fakeaws

import "net/http"

// fixedOperations read what no bucket can have changed here: clients that ask
// for everything a bucket has get an answer, and writes get 501.
var fixedOperations = []operation{
	{
		name: "GetBucketLocation", method: http.MethodGet, level: bucketLevel, sub: []string{"location"},
		action: "s3:GetBucketLocation", do: (*call).getBucketLocation,
	},
	{
		name: "GetBucketAccelerateConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"accelerate"},
		action: "s3:GetAccelerateConfiguration", do: getDocumentOrEmpty("accelerate", "AccelerateConfiguration"),
	},
	{
		name: "GetBucketRequestPayment", method: http.MethodGet, level: bucketLevel, sub: []string{"requestPayment"},
		action: "s3:GetBucketRequestPayment", do: (*call).getRequestPayment,
	},
	{
		name: "GetBucketWebsite", method: http.MethodGet, level: bucketLevel, sub: []string{"website"},
		action: "s3:GetBucketWebsite",
		do:     getDocument("website", fail(404, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")),
	},
	{
		name: "GetObjectLockConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"object-lock"},
		action: "s3:GetBucketObjectLockConfiguration",
		do:     getDocument("object-lock", fail(404, "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket")),
	},
}

func (c *call) getRequestPayment() error {
	body, err := canonicalXML("RequestPaymentConfiguration", struct{ Payer string }{"BucketOwner"})
	if err != nil {
		return err
	}
	return c.send(&content{body: body}, nil)
}
