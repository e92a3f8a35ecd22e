package fakeaws

import (
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
)

// caller is who sent a request, once its signature was found right.
type caller struct {
	principal authz.Principal
	policies  []*authz.Policy // identity-based
	signature *sigv4.Signature
	secret    string // of the access key, to verify the body with
}

// authenticate checks the signature and fills in the caller. A nil signature
// stands for an anonymous request.
func (c *call) authenticate(signature *sigv4.Signature) error {
	if signature == nil {
		c.caller = caller{principal: authz.Principal{Anonymous: true}}
		c.entry.Principal = "anonymous"
		return nil
	}
	key, ok := c.srv.key(signature.AccessKeyID)
	if !ok || !key.Active {
		return fail(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", field{"AWSAccessKeyId", signature.AccessKeyID})
	}
	if signature.Token != key.SessionToken {
		return fail(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
	}
	if !key.Expires.IsZero() && !c.now.Before(key.Expires) {
		return fail(400, "ExpiredToken", "The provided token has expired.")
	}
	hash, err := c.queryBodyHash()
	if err != nil {
		return err
	}
	if err := signature.Verify(c.r, key.Secret, hash); err != nil {
		return err
	}
	if err := signature.CheckTime(c.now); err != nil {
		return err
	}
	if !knownRegion(signature.Region) {
		return c.wrongScope(signature)
	}
	c.entry.Principal = key.Principal.ARN
	c.caller = caller{principal: key.Principal, signature: signature, secret: key.Secret}
	if account := c.srv.account(key.Principal.AccountID); account != nil {
		c.caller.policies = account.PoliciesOf(key.Principal)
	}
	return nil
}

func (c *call) wrongScope(signature *sigv4.Signature) error {
	expected := c.srv.opts.Region
	message := "the region '" + signature.Region + "' is wrong; expecting '" + expected + "'"
	if signature.Presigned {
		return fail(400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; "+message, field{"Region", expected})
	}
	return fail(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+message, field{"Region", expected})
}
