// Package fakeawstest is what the tests of fakeaws and its packages share: a
// server, clients for it, and requests that the SDK would not make.
package fakeawstest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// Start runs a server for as long as the test.
func Start(t testing.TB, opts fakeaws.Options) *fakeaws.Server {
	t.Helper()
	s, err := fakeaws.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Client is an S3 client of the server, without retries.
func Client(s *fakeaws.Server, creds fakeaws.Credentials, options ...func(*s3.Options)) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(s.URL()),
		Region:       s.Region(),
		UsePathStyle: true,
		Credentials:  credentials.NewStaticCredentialsProvider(creds.AccessKeyID, creds.SecretAccessKey, creds.SessionToken),
		Retryer:      aws.NopRetryer{},
		// The default of clients made from a configuration.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
	}, options...)
}

// WithBucket runs a server that has a bucket named "videos", and gives the
// root user's client.
func WithBucket(t testing.TB, opts fakeaws.Options) (*fakeaws.Server, *s3.Client) {
	t.Helper()
	s := Start(t, opts)
	c := Client(s, s.Root())
	if _, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("videos")}); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// WantCode checks that err carries the error code.
func WantCode(t testing.TB, err error, code string) {
	t.Helper()
	if awserr.Code(err) != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
}

// Must gives the answer of a call that has to succeed.
func Must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Clock is a time that stands still until it is moved. It begins now, since
// the SDK signs by its own clock.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at the present second.
func NewClock() *Clock { return &Clock{now: time.Now().UTC().Truncate(time.Second)} }

// Now is the time it stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Provider makes the SDK sign with credentials.
func Provider(c fakeaws.Credentials) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken)
}

// IAM is an IAM client of the server, without retries.
func IAM(s *fakeaws.Server, creds fakeaws.Credentials) *iam.Client {
	return iam.New(iam.Options{BaseEndpoint: aws.String(s.URL()), Region: "us-east-1", Credentials: Provider(creds), Retryer: aws.NopRetryer{}})
}

// STS is an STS client of the server, without retries.
func STS(s *fakeaws.Server, creds fakeaws.Credentials) *sts.Client {
	return sts.New(sts.Options{BaseEndpoint: aws.String(s.URL()), Region: "us-east-1", Credentials: Provider(creds), Retryer: aws.NopRetryer{}})
}

// NewUser makes a user with one inline policy, or none for "", and a key.
func NewUser(t testing.TB, s *fakeaws.Server, name, policy string) fakeaws.Credentials {
	t.Helper()
	c := IAM(s, s.Root())
	Must[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}))
	if policy != "" {
		Must[*iam.PutUserPolicyOutput](t)(c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy}))
	}
	key := Must[*iam.CreateAccessKeyOutput](t)(c.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})).AccessKey
	return fakeaws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}
}

// NewRole makes a role that a service may assume, and gives its ARN.
func NewRole(t testing.TB, s *fakeaws.Server, name, service string) string {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`
	out := Must[*iam.CreateRoleOutput](t)(IAM(s, s.Root()).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}))
	return *out.Role.Arn
}

// InRegion points an S3 client at another region of the same server.
func InRegion(region string) func(*s3.Options) {
	return func(o *s3.Options) { o.Region = region }
}

// Policy is a policy document of one or more statements.
func Policy(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

// ReadPolicy is the policy of FOVEA's own read profile.
func ReadPolicy(t *testing.T) string {
	t.Helper()
	document, err := iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read}.Policy()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// LockedBuffer is written by the server while the test reads.
type LockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *LockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *LockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// CreateIn creates a bucket in a region.
func CreateIn(t testing.TB, c *s3.Client, name, region string) error {
	t.Helper()
	in := &s3.CreateBucketInput{Bucket: &name}
	if region != "" {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
	}
	_, err := c.CreateBucket(t.Context(), in)
	return err
}

// CORSDocument is a CORS configuration of two rules.
const CORSDocument = `<CORSConfiguration>
<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedOrigin>https://app.example</AllowedOrigin>
<AllowedHeader>Range</AllowedHeader><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>Content-Range</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>
<CORSRule><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>
</CORSConfiguration>`

const (
	// TLSOnly denies insecure requests.
	TLSOnly = `{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	// Open lets anybody read the objects of the bucket "videos".
	Open = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
)

// PutPolicy writes the policy of the bucket "videos".
func PutPolicy(t testing.TB, c *s3.Client, document string) error {
	t.Helper()
	_, err := c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: Videos, Policy: &document})
	return err
}

// PutVersioning sets the versioning state of a bucket.
func PutVersioning(t *testing.T, c *s3.Client, bucket string, status types.BucketVersioningStatus) error {
	t.Helper()
	_, err := c.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: &bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: status}})
	return err
}

// Allow is a statement that allows actions on resources.
func Allow(actions, resources string) string {
	return `{"Effect":"Allow","Action":[` + actions + `],"Resource":"` + resources + `"}`
}

// Presigned is a presigned request.
type Presigned = v4.PresignedHTTPRequest

// Presign makes presigned requests with the credentials of a client.
func Presign(c *s3.Client) *s3.PresignClient { return s3.NewPresignClient(c) }

// Send sends a presigned request and gives the status and the body.
func Send(t testing.TB, p *Presigned, body io.Reader, header http.Header) (*http.Response, string) {
	t.Helper()
	r := Must[*http.Request](t)(http.NewRequestWithContext(t.Context(), p.Method, p.URL, body))
	for name, values := range p.SignedHeader {
		r.Header[name] = values
	}
	for name, values := range header {
		r.Header[name] = values
	}
	resp := Must[*http.Response](t)(http.DefaultClient.Do(r))
	return resp, Read(t, resp.Body)
}

// Videos is the name of the bucket that WithBucket makes.
var Videos = aws.String("videos")

// Put writes an object of the bucket "videos".
func Put(t testing.TB, c *s3.Client, key, body string, change ...func(*s3.PutObjectInput)) *s3.PutObjectOutput {
	t.Helper()
	in := &s3.PutObjectInput{Bucket: Videos, Key: &key, Body: strings.NewReader(body)}
	for _, f := range change {
		f(in)
	}
	out, err := c.PutObject(t.Context(), in)
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
	return out
}

// Read reads a body to its end and closes it.
func Read(t testing.TB, body io.ReadCloser) string {
	t.Helper()
	data, err := io.ReadAll(body)
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// WithSynthetic runs a server whose bucket "videos" is synthetic.
func WithSynthetic(t testing.TB, content keyspace.Synthetic) (*fakeaws.Server, *s3.Client) {
	t.Helper()
	s := Start(t, fakeaws.Options{})
	if err := s.AddSyntheticBucket("videos", content); err != nil {
		t.Fatal(err)
	}
	return s, Client(s, s.Root())
}
