package s3api

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

var publicAccessOperations = []operation{
	{
		name: "GetPublicAccessBlock", method: http.MethodGet, level: bucketLevel, sub: []string{documents.PublicAccessKind},
		action: "s3:GetBucketPublicAccessBlock",
		do: getDocument(documents.PublicAccessKind,
			wire.Fail(404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")),
	},
	{
		name: "PutPublicAccessBlock", method: http.MethodPut, level: bucketLevel, sub: []string{documents.PublicAccessKind},
		action: "s3:PutBucketPublicAccessBlock", configures: true, do: (*Call).putPublicAccess,
	},
	{
		name: "DeletePublicAccessBlock", method: http.MethodDelete, level: bucketLevel, sub: []string{documents.PublicAccessKind},
		action: "s3:PutBucketPublicAccessBlock", configures: true,
		do: deleteDocument(documents.PublicAccessKind, func(b *bucket) { b.access = documents.PublicAccess{} }),
	},
}

func (c *Call) putPublicAccess() error {
	var config documents.PublicAccessBlock
	if err := c.readConfiguration(documents.PublicAccessRoot, &config); err != nil {
		return err
	}
	if config == (documents.PublicAccessBlock{}) {
		return wire.InvalidRequest("Must specify at least one configuration.")
	}
	for _, part := range []**bool{&config.BlockPublicAcls, &config.IgnorePublicAcls, &config.BlockPublicPolicy, &config.RestrictPublicBuckets} {
		if *part == nil {
			*part = new(bool)
		}
	}
	return c.putXML(documents.PublicAccessKind, documents.PublicAccessRoot, config, func(b *bucket) { b.access = config.Effect() })
}

const maxPolicy = 20 << 10

var errNoPolicy = wire.Fail(404, "NoSuchBucketPolicy", "The bucket policy does not exist")

var policyOperations = []operation{
	{
		name: "GetBucketPolicy", method: http.MethodGet, level: bucketLevel, sub: []string{"policy"},
		action: "s3:GetBucketPolicy", do: (*Call).getPolicy,
	},
	{
		name: "PutBucketPolicy", method: http.MethodPut, level: bucketLevel, sub: []string{"policy"},
		// Says that the caller knows he may lock himself out; nothing is checked
		// without it, either.
		reads:  []string{"x-amz-confirm-remove-self-bucket-access"},
		action: "s3:PutBucketPolicy", configures: true, do: (*Call).putPolicy,
	},
	{
		name: "DeleteBucketPolicy", method: http.MethodDelete, level: bucketLevel, sub: []string{"policy"},
		action: "s3:DeleteBucketPolicy", configures: true,
		do: deleteDocument("policy", func(b *bucket) { b.policy = nil }),
	},
	{
		name: "GetBucketPolicyStatus", method: http.MethodGet, level: bucketLevel, sub: []string{"policyStatus"},
		action: "s3:GetBucketPolicyStatus", do: (*Call).getPolicyStatus,
	},
}

// getPolicy names the principals by what they are called today; those that
// are gone by their unique ids, as AWS does.
func (c *Call) getPolicy() error {
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

func (c *Call) putPolicy() error {
	text, err := c.readDocument()
	if err != nil {
		return err
	}
	arn := wire.BucketARN(c.bucketName)
	policy, err := authz.ParseBucket(string(text), arn, c.s.opts.Principals.Exists)
	if err != nil {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return err
	}
	if compact.Len() > maxPolicy {
		return wire.Fail(400, "PolicyTooLarge", "Policy exceeds the maximum allowed document size.")
	}
	// Kept by unique id, so that a new user of an old name is not the
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
		return wire.Fail(403, "AccessDenied", "User: "+c.caller.Principal.ARN+" is not authorized to perform: s3:PutBucketPolicy on resource: \""+arn+
			"\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.")
	}
	if err := c.change(documentKey{kind: "policy"}, &content{body: []byte(byID)}, func(b *bucket) { b.policy = effective }); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *Call) getPolicyStatus() error {
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

var corsOperations = []operation{
	{
		name: "GetBucketCors", method: http.MethodGet, level: bucketLevel, sub: []string{"cors"},
		action: "s3:GetBucketCORS", do: getDocument("cors", wire.Fail(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist")),
	},
	{
		name: "PutBucketCors", method: http.MethodPut, level: bucketLevel, sub: []string{"cors"},
		action: "s3:PutBucketCORS", configures: true, do: (*Call).putCORS,
	},
	{
		name: "DeleteBucketCors", method: http.MethodDelete, level: bucketLevel, sub: []string{"cors"},
		action: "s3:PutBucketCORS", configures: true, do: deleteDocument("cors", func(b *bucket) { b.cors = nil }),
	},
}

func (c *Call) putCORS() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var config documents.CORS
	if err := c.readConfiguration(documents.CORSRoot, &config); err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	return c.putXML("cors", documents.CORSRoot, config, func(b *bucket) { b.cors = config.CORSRule })
}

// preflightOperation is what AWS's API model has no name for.
var preflightOperation = operation{name: "CORSPreflight", method: http.MethodOptions, do: (*Call).preflight}

// preflight answers the OPTIONS request of a browser. It is never signed, and
// asks for no permission.
func (c *Call) preflight() error {
	b := c.s.store.get(c.bucketName)
	if b == nil {
		return wire.NoSuchBucket(c.bucketName)
	}
	origin := c.r.Header.Get("Origin")
	if origin == "" {
		return wire.Fail(400, "BadRequest", "Insufficient information. Origin request header needed.")
	}
	method := c.r.Header.Get("Access-Control-Request-Method")
	if method == "" {
		return wire.Fail(400, "BadRequest", "Invalid Access-Control-Request-Method: null")
	}
	rules := b.corsRules()
	if rules == nil {
		return c.corsRefusal(method, "CORSResponse: CORS is not enabled for this bucket.")
	}
	headers := documents.HeaderList(c.r.Header.Get("Access-Control-Request-Headers"))
	rule, allowed := documents.MatchCORS(rules, origin, method, headers)
	if rule == nil {
		return c.corsRefusal(method, "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.")
	}
	rule.Describe(c.w.Header(), origin, allowed)
	if len(headers) > 0 {
		c.w.Header().Set("Access-Control-Allow-Headers", strings.Join(headers, ", "))
	}
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *Call) corsRefusal(method, message string) error {
	resource := "BUCKET"
	if c.key != "" {
		resource = "OBJECT"
	}
	return wire.Fail(403, "AccessForbidden", message, wire.Field("Method", method), wire.Field("ResourceType", resource))
}

// corsHeaders adds what lets the scripts of the request's origin read the
// answer, errors included. A request that no rule allows is answered without
// it: the browser is who refuses.
func (c *Call) corsHeaders() {
	origin := c.r.Header.Get("Origin")
	if origin == "" {
		return
	}
	if rule, allowed := documents.MatchCORS(c.bucket.corsRules(), origin, c.r.Method, nil); rule != nil {
		rule.Describe(c.w.Header(), origin, allowed)
	}
}

func (b *bucket) corsRules() []documents.CORSRule {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.cors
}
