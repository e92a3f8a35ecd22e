package awsclient

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
	"golang.org/x/sync/singleflight"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
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
	// AccountID is the caller's account; "" when skip_requesting_account_id is set, or
	// the server does not tell.
	AccountID string
	// Now tells the time, for signatures and documents.
	Now func() time.Time

	config    aws.Config
	settings  Settings
	mu        sync.Mutex
	byRegion  map[string]*s3.Client
	ofBucket  map[string]string  // bucket name to region
	missing   map[string]absence // bucket name to when it did not exist
	owned     map[string]bool    // buckets that are the caller's; see ExpectOwner
	md5       contentMD5
	locations singleflight.Group
}

// New makes the clients. Unless the settings say to skip it, it asks STS who the
// caller is, which proves the credentials with one request. All problems that
// can be seen without a request come back together.
func New(ctx context.Context, s Settings) (*Clients, []Problem) {
	if problems := s.check(); failed(problems) {
		return nil, problems
	}
	s.secrets = &redactor{}
	base := s.base()
	config, problems := s.load(ctx, base)
	if !failed(problems) {
		problems = append(problems, s.checkRegion(config.Region)...)
	}
	if failed(problems) {
		return nil, problems
	}
	c := newClients(config, s)
	problems = append(problems, c.identify(ctx, base)...)
	if failed(problems) {
		return nil, problems
	}
	return c, problems
}

func newClients(config aws.Config, s Settings) *Clients {
	if s.secrets == nil {
		s.secrets = &redactor{}
	}
	if config.RetryMaxAttempts == 0 {
		config.RetryMaxAttempts = DefaultMaxAttempts
	}
	config.APIOptions = append(config.APIOptions, refuseForeignAnswers, logRequests, countUnanswered, noticeBrokenAnswers)
	if config.HTTPClient != nil {
		config.HTTPClient = redactingClient{watchSilence(config.HTTPClient, cmp.Or(s.silence, silenceLimit)), s.secrets}
	}
	return build(config, s)
}

// build makes the clients of a configuration that newClients has completed.
func build(config aws.Config, s Settings) *Clients {
	c := &Clients{
		Region:    config.Region,
		Partition: "aws",
		Now:       time.Now,
		config:    config,
		settings:  s,
		byRegion:  map[string]*s3.Client{},
		ofBucket:  map[string]string{},
		missing:   map[string]absence{},
		owned:     map[string]bool{},
	}
	c.IAM = iam.NewFromConfig(config, func(o *iam.Options) { o.BaseEndpoint = override(s.Endpoints.IAM, o.BaseEndpoint) })
	c.STS = sts.NewFromConfig(config, func(o *sts.Options) { o.BaseEndpoint = override(s.Endpoints.STS, o.BaseEndpoint) })
	if partition, ok := endpoints.PartitionForRegion(endpoints.DefaultPartitions(), c.Region); ok {
		c.Partition = partition.ID()
	}
	return c
}

// WithKey gives clients that sign with another access key and are alike in all else. Its
// secret is kept out of messages. Nobody has asked whose key it is: AccountID is "".
func (c *Clients) WithKey(accessKeyID, secretAccessKey string) *Clients {
	key := aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secretAccessKey, Source: "WithKey"}
	c.settings.secrets.remember(key)
	config := c.config.Copy()
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return key, nil })
	other := build(config, c.settings)
	other.Now, other.Partition = c.Now, c.Partition
	return other
}

// HTTP sends requests that the SDK does not make, such as those of browsers: through the
// same proxies and with the same trust as all others, and with the same limit on silence.
func (c *Clients) HTTP() aws.HTTPClient { return c.config.HTTPClient }

// NewS3 makes a client for a region with options of its own, which nobody else uses.
func (c *Clients) NewS3(region string, options ...func(*s3.Options)) *s3.Client {
	return c.newS3(region, options...)
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
		client = c.newS3(region, func(o *s3.Options) {
			o.APIOptions = append(o.APIOptions, c.expectOwners)
			if o.BaseEndpoint != nil && !isAWS(*o.BaseEndpoint) {
				o.APIOptions = append(o.APIOptions, c.md5.add)
			}
		})
		c.byRegion[region] = client
	}
	return client
}

func (c *Clients) newS3(region string, more ...func(*s3.Options)) *s3.Client {
	settings := func(o *s3.Options) {
		o.Region = region
		o.BaseEndpoint = override(c.settings.Endpoints.S3, o.BaseEndpoint)
		o.UsePathStyle = c.settings.PathStyle
		o.DisableLogOutputChecksumValidationSkipped = true // said on every object without a checksum
	}
	return s3.NewFromConfig(c.config, append([]func(*s3.Options){settings}, more...)...)
}

// AtAWS reports whether buckets are at an endpoint of AWS, which has all of S3: the
// usual one, or one of a VPC or of FIPS that the configuration names.
func (c *Clients) AtAWS() bool { return c.OtherEndpoint() == "" }

// OtherEndpoint gives the endpoint of S3 if it is not one of AWS, and "" if it is.
func (c *Clients) OtherEndpoint() string {
	endpoint := c.S3("").Options().BaseEndpoint
	if endpoint == nil || isAWS(*endpoint) {
		return ""
	}
	return *endpoint
}

// isAWS reports whether an endpoint is one of AWS.
func isAWS(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	return awserr.AWSHost(u.Host)
}

// WithoutTLS reports whether requests to S3 go to an http:// endpoint.
func (c *Clients) WithoutTLS() bool {
	endpoint := c.S3("").Options().BaseEndpoint
	if endpoint == nil {
		return false
	}
	u, err := url.Parse(*endpoint)
	return err == nil && u.Scheme == "http"
}

func override(endpoint string, otherwise *string) *string {
	if endpoint == "" {
		return otherwise
	}
	return &endpoint
}

// ErrNoRegion says that a bucket's region could not be learned.
var ErrNoRegion = errors.New("the server does not say where the bucket is")
