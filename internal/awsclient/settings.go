// Package awsclient turns provider settings into clients for S3, IAM and STS.
// aws-sdk-go-base stays behind it, so that credentials, proxies, retries and
// assumed roles work as they do in hashicorp/aws.
package awsclient

import (
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Settings is what the provider block says. A zero field means that it says
// nothing: the AWS_* environment and the shared files then decide.
type Settings struct {
	Region  string
	Profile string

	AccessKey, SecretKey, Token string

	SharedConfigFiles      []string
	SharedCredentialsFiles []string

	AssumeRole    []AssumeRole // a chain, in order
	WebIdentity   *WebIdentity
	Endpoints     Endpoints
	PathStyle     bool // bucket names in the path of S3 URLs
	MaxRetries    int  // attempts a request, the first included; 0: environment, files, DefaultMaxAttempts
	RetryMode     aws.RetryMode
	UseFIPS       bool
	UseDualStack  bool
	Insecure      bool // no verification of TLS certificates
	CustomCA      string
	HTTPProxy     *string
	HTTPSProxy    *string
	NoProxy       string
	AllowedIDs    []string // account ids; at most one of the two lists
	ForbiddenIDs  []string
	UserAgentName string // for the User-Agent header
	Version       string // of the provider, likewise

	SkipCredentialsValidation bool
	SkipRequestingAccountID   bool
	SkipRegionValidation      bool
	SkipMetadataAPICheck      *bool // nil: AWS_EC2_METADATA_DISABLED decides

	secrets *redactor     // what must not be in messages; New sets it
	silence time.Duration // how long a server may say nothing, for tests; 0: silenceLimit
}

// DefaultMaxAttempts is how often a request is sent at most where neither the
// settings nor the environment nor the shared files say, as in hashicorp/aws.
const DefaultMaxAttempts = 25

// Endpoints holds URLs that take the place of AWS's, each "" for AWS's own.
type Endpoints struct {
	S3, IAM, STS string
}

// AssumeRole says which role to act as.
type AssumeRole struct {
	RoleARN           string
	Duration          time.Duration
	ExternalID        string
	Policy            string // JSON
	PolicyARNs        []string
	SessionName       string
	SourceIdentity    string
	Tags              map[string]string
	TransitiveTagKeys []string
}

// WebIdentity says which role to act as with an OpenID Connect token, given
// itself or as a file.
type WebIdentity struct {
	RoleARN     string
	Duration    time.Duration
	Policy      string // JSON
	PolicyARNs  []string
	SessionName string
	Token       string
	TokenFile   string
}

// check finds what can be seen to be wrong before a request is sent.
func (s Settings) check() []Problem {
	problems := slices.Concat(s.checkEndpoints(), s.checkAccounts(), s.checkCABundle(), s.checkWebIdentity(), s.checkTokenVariable())
	if region := s.region(); region != "" {
		problems = append(problems, s.checkRegion(region)...)
	}
	return problems
}

// region is the region as far as it is known without the shared files.
func (s Settings) region() string {
	for _, region := range []string{s.Region, os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")} {
		if region != "" {
			return region
		}
	}
	return ""
}

// checkCABundle reads the certificates that are to be trusted.
func (s Settings) checkCABundle() []Problem {
	file, p := s.CustomCA, Problem{Setting: "custom_ca_bundle", Summary: "The CA bundle cannot be used"}
	source := p.Setting
	if file == "" {
		file, source, p.Setting = os.Getenv("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE in the environment", ""
	}
	if file == "" || strings.HasPrefix(file, "~") || strings.Contains(file, "$") {
		return nil // aws-sdk-go-base expands these
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	switch {
	case err != nil:
		p.Detail = fmt.Sprintf("%s must name a file with certificates in PEM format.\n\nError: %s", source, err)
	case !x509.NewCertPool().AppendCertsFromPEM(pem):
		p.Detail = fmt.Sprintf("%s, which %s names, holds no certificate in PEM format.", file, source)
	default:
		return nil
	}
	return []Problem{p}
}

// checkWebIdentity wants a token from somewhere.
func (s Settings) checkWebIdentity() []Problem {
	if s.WebIdentity == nil || s.WebIdentity.Token != "" || s.tokenFile() != "" {
		return nil
	}
	return []Problem{{
		Setting: "assume_role_with_web_identity.0.web_identity_token_file",
		Summary: "No web identity token is given",
		Detail:  "Set web_identity_token or web_identity_token_file in the assume_role_with_web_identity block, or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.",
	}}
}

// tokenFile is the environment's when the block gives no token.
func (s Settings) tokenFile() string {
	w := s.WebIdentity
	if w.Token != "" || w.TokenFile != "" {
		return w.TokenFile
	}
	return os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")
}

// checkTokenVariable sees what the SDK stumbles over even when the block names
// a role: a token file in the environment without a role beside it.
func (s Settings) checkTokenVariable() []Problem {
	keys := s.AccessKey != "" || os.Getenv("AWS_ACCESS_KEY_ID") != "" && os.Getenv("AWS_SECRET_ACCESS_KEY") != ""
	profile := s.Profile != "" || os.Getenv("AWS_PROFILE") != "" || os.Getenv("AWS_DEFAULT_PROFILE") != ""
	if keys || profile || os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") == "" || os.Getenv("AWS_ROLE_ARN") != "" {
		return nil
	}
	return []Problem{{
		Summary: "AWS_ROLE_ARN is missing",
		Detail: "AWS_WEB_IDENTITY_TOKEN_FILE is set in the environment, and AWS_ROLE_ARN, the role to assume with that token, is not. Set both or neither. " +
			"With neither, name the token's file with web_identity_token_file in the assume_role_with_web_identity block.",
	}}
}
