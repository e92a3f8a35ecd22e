package awsclient

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// identifyAttempts keeps a wrong endpoint from looking like a provider that
// hangs: with 25 attempts it takes minutes until the first word.
const identifyAttempts = 4

// The plan says nothing while the caller is identified, so that must not take longer
// than about a minute in all.
const (
	identifySilence = 15 * time.Second
	identifyLimit   = 20 * time.Second // for an attempt with the pause after it
)

// identify learns the account and checks that it is one to use.
func (c *Clients) identify(ctx context.Context, base *awsbase.Config) []Problem {
	s := c.settings
	if s.skipIdentity() {
		return nil
	}
	limit := cmp.Or(s.silence, identifyLimit)
	bounded, cancel := context.WithTimeout(withSilenceLimit(ctx, identifySilence), unansweredAttempts*limit)
	defer cancel()
	out, err := c.STS.GetCallerIdentity(bounded, &sts.GetCallerIdentityInput{}, func(o *sts.Options) {
		if o.RetryMaxAttempts == 0 || o.RetryMaxAttempts > identifyAttempts {
			o.RetryMaxAttempts = identifyAttempts
		}
	})
	if err != nil && bounded.Err() != nil && ctx.Err() == nil { // all attempts took too long together
		err = &SilenceError{Operation: "GetCallerIdentity", Host: cmp.Or(s.endpoint("STS").url, "STS"), Limit: unansweredAttempts * limit}
	}
	switch {
	case awserr.CredentialsRefused(err):
		return []Problem{c.credentialsRefused(ctx, err)}
	case err != nil:
		return []Problem{s.identityUnknown(err)}
	}
	account := aws.ToString(out.Account)
	if !s.SkipRequestingAccountID {
		c.AccountID = account
	}
	if arn := strings.Split(aws.ToString(out.Arn), ":"); len(arn) > 1 && arn[1] != "" {
		c.Partition = arn[1]
	}
	if account == "" && s.accountSetting() != "" {
		return []Problem{{
			Setting: s.accountSetting(),
			Code:    "account-unknown",
			Summary: "The account of the credentials cannot be checked",
			Detail: "STS accepted the credentials, but did not say which account they belong to, so " + s.accountSetting() + " cannot be enforced. " +
				"Check that the endpoint of STS is the right one. For a server without accounts, remove " + s.accountSetting() + ".",
		}}
	}
	if err := base.VerifyAccountIDAllowed(account); err != nil {
		return []Problem{{
			Setting: s.accountSetting(),
			Code:    "account-not-allowed",
			Summary: "The credentials belong to the AWS account " + account,
			Detail:  s.accountSetting() + " rules out account " + account + ". Use credentials of the right account, or change the list.",
		}}
	}
	return nil
}

func (s Settings) skipIdentity() bool {
	return s.SkipCredentialsValidation && s.SkipRequestingAccountID
}

// checkAccounts refuses lists of accounts that nothing would enforce.
func (s Settings) checkAccounts() []Problem {
	if s.accountSetting() == "" || !s.skipIdentity() {
		return nil
	}
	return []Problem{{
		Setting: s.accountSetting(),
		Summary: "The account cannot be checked",
		Detail: s.accountSetting() + " needs the account's ID, and skip_credentials_validation and skip_requesting_account_id keep the provider from asking for it. " +
			"Remove the list, or one of the two.",
	}}
}

// accountSetting is the list of accounts that is set; the schema allows one.
func (s Settings) accountSetting() string {
	switch {
	case len(s.AllowedIDs) > 0:
		return "allowed_account_ids"
	case len(s.ForbiddenIDs) > 0:
		return "forbidden_account_ids"
	}
	return ""
}

// credentialsRefused is on no setting: Terraform would print the line, and the
// key in it.
func (c *Clients) credentialsRefused(ctx context.Context, err error) Problem {
	p := Problem{Summary: "The AWS credentials were not accepted", Err: err}
	if creds, err := c.config.Credentials.Retrieve(ctx); err == nil {
		p.Detail = "They come from " + sourceOf(creds) + "."
	}
	return p
}

// sourceOf names a source of credentials in words; the SDK's own name goes for
// those that only a profile can lead to.
func sourceOf(creds aws.Credentials) string {
	switch creds.Source {
	case "EnvConfigCredentials":
		return "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
	case "StaticCredentials":
		return "access_key and secret_key in the provider block"
	case "EC2RoleProvider":
		return "the role of this EC2 instance"
	}
	return creds.Source
}

func (s Settings) identityUnknown(err error) Problem {
	e := s.endpoint("STS")
	p := Problem{
		Setting: e.setting,
		Summary: "STS could not be asked whose credentials these are",
		Err:     err,
	}
	if e.url != "" {
		p.Detail = "The request went to " + e.url + ", which is " + e.source + ". "
	}
	p.Detail += "For a server without STS set skip_credentials_validation and skip_requesting_account_id to true."
	return p
}
