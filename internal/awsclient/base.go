package awsclient

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
)

// base words the settings for aws-sdk-go-base. Its own requests to STS, for
// roles, are set up from them too.
func (s Settings) base() *awsbase.Config {
	config := &awsbase.Config{
		AccessKey:               s.AccessKey,
		SecretKey:               s.SecretKey,
		Token:                   s.Token,
		Region:                  s.Region,
		Profile:                 s.Profile,
		SharedConfigFiles:       s.SharedConfigFiles,
		SharedCredentialsFiles:  s.SharedCredentialsFiles,
		AllowedAccountIds:       s.AllowedIDs,
		ForbiddenAccountIds:     s.ForbiddenIDs,
		CallerName:              "The fovea provider",
		CallerDocumentationURL:  "https://registry.terraform.io/providers/parafovea/fovea/latest/docs",
		CustomCABundle:          s.CustomCA,
		HTTPProxy:               s.HTTPProxy,
		HTTPSProxy:              s.httpsProxy(),
		HTTPProxyMode:           awsbase.HTTPProxyModeLegacy,
		NoProxy:                 s.NoProxy,
		IamEndpoint:             s.Endpoints.IAM,
		StsEndpoint:             s.Endpoints.STS,
		Insecure:                s.Insecure,
		MaxRetries:              s.MaxRetries,
		RetryMode:               s.RetryMode,
		SkipCredsValidation:     true, // identify does it, and keeps what it learns
		SkipRequestingAccountId: true,
		SuppressDebugLog:        true, // it logs bodies, and that of CreateAccessKey is a secret; see logRequests
		UseDualStackEndpoint:    s.UseDualStack,
		UseFIPSEndpoint:         s.UseFIPS,
		UserAgent:               awsbase.UserAgentProducts{{Name: s.UserAgentName, Version: s.Version}},
	}
	if s.SkipMetadataAPICheck != nil {
		config.EC2MetadataServiceEnableState = imds.ClientEnabled
		if *s.SkipMetadataAPICheck {
			config.EC2MetadataServiceEnableState = imds.ClientDisabled
		}
	}
	for _, r := range s.AssumeRole {
		config.AssumeRole = append(config.AssumeRole, awsbase.AssumeRole{
			RoleARN: r.RoleARN, Duration: r.Duration, ExternalID: r.ExternalID, Policy: r.Policy, PolicyARNs: r.PolicyARNs,
			SessionName: r.SessionName, SourceIdentity: r.SourceIdentity, Tags: r.Tags, TransitiveTagKeys: r.TransitiveTagKeys,
		})
	}
	if w := s.WebIdentity; w != nil {
		config.AssumeRoleWithWebIdentity = &awsbase.AssumeRoleWithWebIdentity{
			RoleARN: w.RoleARN, Duration: w.Duration, Policy: w.Policy, PolicyARNs: w.PolicyARNs,
			SessionName: w.SessionName, WebIdentityToken: w.Token, WebIdentityTokenFile: s.tokenFile(),
		}
	}
	return config
}

// credentialsLimit bounds how long it takes to get credentials: from STS for a role, from
// a program that a profile names, or from the metadata service.
const credentialsLimit = 2 * time.Minute

// load makes the SDK's configuration, with credentials at hand. aws-sdk-go-base has
// clients of its own for that, whose requests watchSilence does not see.
func (s Settings) load(ctx context.Context, base *awsbase.Config) (aws.Config, []Problem) {
	limit := credentialsLimit
	if s.silence > 0 {
		limit = s.silence
	}
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, config, diags := awsbase.GetAwsConfig(bounded, base)
	problems := s.translate(diags)
	if failed(problems) && bounded.Err() != nil && ctx.Err() == nil {
		e := s.endpoint("STS")
		p := Problem{Setting: e.setting, Summary: "No AWS credentials were obtained in time", Detail: fmt.Sprintf("Nothing answered within %s. ", limit)}
		if e.url != "" {
			p.Detail += "Requests to STS go to " + e.url + ", which is " + e.source + ". "
		}
		p.Detail += "Check that endpoint, the proxy, and the source of the credentials.\n\n" + problems[0].Summary + ": " + problems[0].Detail
		if problems[0].Err != nil {
			p.Detail += "\n\nError: " + problems[0].Err.Error()
		}
		return aws.Config{}, []Problem{p}
	}
	if source := config.Credentials; source != nil { // they are got again when they expire
		source = s.secrets.provider(source)
		config.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			bounded, cancel := context.WithTimeoutCause(ctx, limit, errNoCredentials)
			defer cancel()
			creds, err := source.Retrieve(bounded)
			if err != nil && errors.Is(context.Cause(bounded), errNoCredentials) {
				return creds, fmt.Errorf("%w: %s", errNoCredentials, limit)
			}
			return creds, err
		})
	}
	return config, problems
}

var errNoCredentials = errors.New("the source of the credentials did not answer in time")

// httpsProxy is the HTTP proxy when nothing else is said, as in hashicorp/aws.
// Left to aws-sdk-go-base it would come with a warning that shows the URL, and
// a password in it.
func (s Settings) httpsProxy() *string {
	if s.HTTPSProxy != nil || os.Getenv("HTTPS_PROXY") != "" || os.Getenv("https_proxy") != "" {
		return s.HTTPSProxy
	}
	return s.HTTPProxy
}
