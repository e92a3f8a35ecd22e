package fakeaws

import (
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/s3api"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// authenticate checks the signature and returns the caller. A nil signature
// stands for an anonymous request.
func (x *exchange) authenticate(signature *sigv4.Signature) (s3api.Caller, error) {
	if signature == nil {
		x.entry.Principal = "anonymous"
		return s3api.Caller{Principal: authz.Principal{Anonymous: true}}, nil
	}
	key, ok := x.srv.accounts.Key(signature.AccessKeyID)
	if !ok || !key.Active {
		return s3api.Caller{}, wire.Fail(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", wire.Field("AWSAccessKeyId", signature.AccessKeyID))
	}
	if signature.Token != key.SessionToken {
		return s3api.Caller{}, wire.Fail(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
	}
	if !key.Expires.IsZero() && !x.now.Before(key.Expires) {
		return s3api.Caller{}, wire.Fail(400, "ExpiredToken", "The provided token has expired.")
	}
	hash, err := x.queryBodyHash()
	if err != nil {
		return s3api.Caller{}, err
	}
	if err := signature.Verify(x.r, key.Secret, hash); err != nil {
		return s3api.Caller{}, err
	}
	if err := signature.CheckTime(x.now); err != nil {
		return s3api.Caller{}, err
	}
	if !wire.KnownRegion(signature.Region) {
		return s3api.Caller{}, x.wrongScope(signature)
	}
	x.entry.Principal = key.Principal.ARN
	from := s3api.Caller{Principal: key.Principal, Signature: signature, Secret: key.Secret}
	if account := x.srv.accounts.Get(key.Principal.AccountID); account != nil {
		from.Policies = account.PoliciesOf(key.Principal)
	}
	return from, nil
}

func (x *exchange) wrongScope(signature *sigv4.Signature) error {
	expected := x.srv.opts.Region
	message := "the region '" + signature.Region + "' is wrong; expecting '" + expected + "'"
	if signature.Presigned {
		return wire.Fail(400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; "+message, wire.Field("Region", expected))
	}
	return wire.Fail(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+message, wire.Field("Region", expected))
}
