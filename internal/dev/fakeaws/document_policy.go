package fakeaws

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

const maxPolicy = 20 << 10

var errNoPolicy = fail(404, "NoSuchBucketPolicy", "The bucket policy does not exist")

var policyOperations = []operation{
	{
		name: "GetBucketPolicy", method: http.MethodGet, level: bucketLevel, sub: []string{"policy"},
		action: "s3:GetBucketPolicy", do: (*call).getPolicy,
	},
	{
		name: "PutBucketPolicy", method: http.MethodPut, level: bucketLevel, sub: []string{"policy"},
		// Says that the caller knows he may lock himself out; nothing is checked
		// without it, either.
		reads:  []string{"x-amz-confirm-remove-self-bucket-access"},
		action: "s3:PutBucketPolicy", configures: true, do: (*call).putPolicy,
	},
	{
		name: "DeleteBucketPolicy", method: http.MethodDelete, level: bucketLevel, sub: []string{"policy"},
		action: "s3:DeleteBucketPolicy", configures: true,
		do: deleteDocument("policy", func(b *bucket) { b.policy = nil }),
	},
	{
		name: "GetBucketPolicyStatus", method: http.MethodGet, level: bucketLevel, sub: []string{"policyStatus"},
		action: "s3:GetBucketPolicyStatus", do: (*call).getPolicyStatus,
	},
}

// getPolicy names the principals by what they are called today; those that
// are gone by their unique ids, as AWS does.
func (c *call) getPolicy() error {
	doc := c.document(documentKey{kind: "policy"})
	if doc == nil {
		return errNoPolicy
	}
	text, err := authz.MapPrincipals(string(doc.body), c.s.opts.Principals.PrincipalARN)
	if err != nil {
		return err
	}
	c.writeDocument("application/json", []byte(text))
	return nil
}

func (c *call) putPolicy() error {
	text, err := c.readDocument()
	if err != nil {
		return err
	}
	arn := bucketARN(c.bucketName)
	policy, err := authz.ParseBucket(string(text), arn, c.s.opts.Principals.Exists)
	if err != nil {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return err
	}
	if compact.Len() > maxPolicy {
		return fail(400, "PolicyTooLarge", "Policy exceeds the maximum allowed document size.")
	}
	// Kept by unique id, so that a user made anew under an old name is not the
	// one whom the policy let in.
	byID, err := authz.MapPrincipals(compact.String(), c.s.opts.Principals.PrincipalID)
	if err != nil {
		return err
	}
	effective, err := authz.ParseBucket(byID, arn, nil)
	if err != nil {
		return err
	}
	if policy.Public() && c.bucket.blocksPublicPolicy() {
		return fail(403, "AccessDenied", "User: "+c.caller.Principal.ARN+" is not authorized to perform: s3:PutBucketPolicy on resource: \""+arn+
			"\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.")
	}
	if err := c.change(documentKey{kind: "policy"}, &content{body: []byte(byID)}, func(b *bucket) { b.policy = effective }); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *call) getPolicyStatus() error {
	if c.document(documentKey{kind: "policy"}) == nil {
		return errNoPolicy
	}
	c.bucket.mu.RLock()
	public := c.bucket.policy.Public()
	c.bucket.mu.RUnlock()
	return c.writeXML(struct {
		XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ PolicyStatus"`
		IsPublic bool
	}{IsPublic: public})
}

func (b *bucket) blocksPublicPolicy() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.access.BlockPublicPolicy
}
