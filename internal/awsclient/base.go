package awsclient

import (
	"os"

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

// httpsProxy is the HTTP proxy when nothing else is said, as in hashicorp/aws.
// Left to aws-sdk-go-base it would come with a warning that shows the URL, and
// a password in it.
func (s Settings) httpsProxy() *string {
	if s.HTTPSProxy != nil || os.Getenv("HTTPS_PROXY") != "" || os.Getenv("https_proxy") != "" {
		return s.HTTPSProxy
	}
	return s.HTTPProxy
}
