package awsclient

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	basediag "github.com/hashicorp/aws-sdk-go-base/v2/diag"
	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
	"golang.org/x/sync/singleflight"
)

// Clients gives access to AWS, or to a server that speaks its protocols, with
// one set of settings. It is safe for concurrent use.
type Clients struct {
	// IAM and STS are global, or nearly so: one client each.
	IAM *iam.Client
	STS *sts.Client

	// Region is where a bucket is made when nothing else is said.
	Region string
	// Partition is the part of AWS that Region lies in, such as "aws-cn".
	Partition string
	// AccountID is the caller's account; "" when the settings say not to ask.
	AccountID string
	// Now tells the time, for signatures and documents.
	Now func() time.Time

	config    aws.Config
	settings  Settings
	mu        sync.Mutex
	byRegion  map[string]*s3.Client
	ofBucket  map[string]string // bucket name to region
	locations singleflight.Group
}

// Problem is one reason why clients cannot be made, or a warning.
type Problem struct {
	Warning         bool
	Summary, Detail string
	// Setting is the provider argument that causes it, such as "region"; ""
	// when the environment may be the cause as well.
	Setting string
}

// New makes the clients. Unless the settings say to skip it, it asks STS who the
// caller is, which proves the credentials with one request.
func New(ctx context.Context, s Settings) (*Clients, []Problem) {
	base := s.base()
	_, config, diags := awsbase.GetAwsConfig(ctx, base)
	problems := translate(diags)
	if !failed(problems) {
		problems = append(problems, s.checkRegion(config.Region)...)
	}
	if failed(problems) {
		return nil, problems
	}
	c := &Clients{
		Region:   config.Region,
		Now:      time.Now,
		config:   config,
		settings: s,
		byRegion: map[string]*s3.Client{},
		ofBucket: map[string]string{},
	}
	c.IAM = iam.NewFromConfig(config, func(o *iam.Options) { o.BaseEndpoint = override(s.Endpoints.IAM, o.BaseEndpoint) })
	c.STS = sts.NewFromConfig(config, func(o *sts.Options) { o.BaseEndpoint = override(s.Endpoints.STS, o.BaseEndpoint) })

	if partition, ok := endpoints.PartitionForRegion(endpoints.DefaultPartitions(), c.Region); ok {
		c.Partition = partition.ID()
	} else {
		c.Partition = "aws"
	}
	problems = append(problems, c.identify(ctx, base)...)
	if failed(problems) {
		return nil, problems
	}
	return c, problems
}

// identify learns the account and checks that it is one to use.
func (c *Clients) identify(ctx context.Context, base *awsbase.Config) []Problem {
	if c.settings.SkipRequestingAccountID && c.settings.SkipCredentialsValidation {
		return nil
	}
	out, err := c.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return []Problem{{
			Summary: "The AWS credentials were not accepted",
			Detail: "STS was asked whose credentials these are, and refused. Check that the access key exists, is active and belongs to the secret key, " +
				"and that a session token has not expired. For a server without STS set skip_credentials_validation and skip_requesting_account_id to true.\n\n" + err.Error(),
		}}
	}
	c.AccountID = aws.ToString(out.Account)
	if arn := strings.Split(aws.ToString(out.Arn), ":"); len(arn) > 1 && arn[1] != "" {
		c.Partition = arn[1]
	}
	if err := base.VerifyAccountIDAllowed(c.AccountID); err != nil {
		setting := "allowed_account_ids"
		if len(c.settings.ForbiddenIDs) > 0 {
			setting = "forbidden_account_ids"
		}
		return []Problem{{
			Setting: setting,
			Summary: "The credentials belong to another AWS account",
			Detail:  "They belong to account " + c.AccountID + ", which " + setting + " rules out. Use credentials of the right account, or change the list.",
		}}
	}
	return nil
}

// S3 returns the client for a region; "" means Region.
func (c *Clients) S3(region string) *s3.Client {
	if region == "" {
		region = c.Region
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	client, ok := c.byRegion[region]
	if !ok {
		client = s3.NewFromConfig(c.config, func(o *s3.Options) {
			o.Region = region
			o.BaseEndpoint = override(c.settings.Endpoints.S3, o.BaseEndpoint)
			o.UsePathStyle = c.settings.PathStyle
		})
		c.byRegion[region] = client
	}
	return client
}

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
		HTTPSProxy:              s.HTTPSProxy,
		HTTPProxyMode:           awsbase.HTTPProxyModeLegacy,
		NoProxy:                 s.NoProxy,
		IamEndpoint:             s.Endpoints.IAM,
		StsEndpoint:             s.Endpoints.STS,
		Insecure:                s.Insecure,
		MaxRetries:              s.MaxRetries,
		RetryMode:               s.RetryMode,
		SkipCredsValidation:     true, // identify does it, and keeps what it learns
		SkipRequestingAccountId: true,
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
			SessionName: w.SessionName, WebIdentityToken: w.Token, WebIdentityTokenFile: w.TokenFile,
		}
	}
	return config
}

func override(endpoint string, otherwise *string) *string {
	if endpoint == "" {
		return otherwise
	}
	return &endpoint
}

func translate(diags basediag.Diagnostics) []Problem {
	var problems []Problem
	for _, d := range diags {
		p := Problem{
			Warning: d.Severity() == basediag.SeverityWarning,
			Summary: d.Summary(),
			Detail:  d.Detail(),
		}
		if awsbase.IsNoValidCredentialSourcesError(d) {
			p = noCredentials()
		}
		problems = append(problems, p)
	}
	return problems
}

func noCredentials() Problem {
	return Problem{
		Summary: "No AWS credentials were found",
		Detail: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment; or profile, or access_key and secret_key, in the provider block; " +
			"or run where a role is attached, such as on EC2. The environment, the shared configuration files and the instance metadata service were tried.",
	}
}

func failed(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

// ErrNoRegion says that a bucket's region could not be learned.
var ErrNoRegion = errors.New("the server does not say where the bucket is")
