// Package awsclient turns provider settings into clients for S3, IAM and STS.
// aws-sdk-go-base stays behind it, so that credentials, proxies, retries and
// assumed roles work as they do in hashicorp/aws.
package awsclient

import (
	"os"
	"slices"
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
