package fakeaws

import (
	"encoding/xml"
	"net/http"
)

var aclOperations = []operation{
	{
		name: "GetBucketAcl", method: http.MethodGet, level: bucketLevel, sub: []string{"acl"},
		action: "s3:GetBucketAcl", do: (*call).getACL,
	},
	{
		name: "PutBucketAcl", method: http.MethodPut, level: bucketLevel, sub: []string{"acl"},
		reads:  []string{"x-amz-acl", "x-amz-grant-"},
		action: "s3:PutBucketAcl", configures: true, do: (*call).putACL,
	},
}

type accessControlPolicy struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ AccessControlPolicy"`
	Owner   owner
	Grant   aclGrant `xml:"AccessControlList>Grant"`
}

type aclGrant struct {
	Grantee    aclGrantee
	Permission string
}

type aclGrantee struct {
	XSI  string `xml:"xmlns:xsi,attr"`
	Type string `xml:"xsi:type,attr"`
	ID   string
}

// getACL sends the only ACL that a bucket can have here: the owner's.
func (c *call) getACL() error {
	id := ownerID(c.bucket.owner)
	return c.writeXML(accessControlPolicy{
		Owner: owner{id},
		Grant: aclGrant{
			Grantee:    aclGrantee{XSI: "http://www.w3.org/2001/XMLSchema-instance", Type: "CanonicalUser", ID: id},
			Permission: "FULL_CONTROL",
		},
	})
}

// putACL takes the one ACL that changes nothing, where it takes any.
func (c *call) putACL() error {
	if c.r.Header.Get("X-Amz-Acl") == "private" {
		c.w.WriteHeader(http.StatusOK)
		return nil
	}
	if c.bucket.refusesACLs() {
		return fail(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	}
	return notImplemented("ACLs other than private")
}
