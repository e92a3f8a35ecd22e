package awsclient

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// PresignRequest says what a presigned URL is for.
type PresignRequest struct {
	Method      string // GET, HEAD or PUT
	Bucket, Key string
	Region      string // of the bucket; "" to look it up
	VersionID   string // "" for the newest; not with PUT

	// What the answer's headers shall be instead of the object's own; "" leaves
	// them. Not with PUT.
	ResponseContentType, ResponseContentDisposition string

	// ChecksumMode asks in the URL for the checksum of the object, as the AWS SDK for
	// JavaScript does. GET only.
	ChecksumMode bool

	// Lifetime counts from the signing time: 1 second to 7 days.
	Lifetime time.Duration
	// Window rounds the signing time down to a multiple of itself, so that the
	// URL stays the same within a window, and lives at least Lifetime - Window
	// from now on. 0 signs with the time of now.
	Window time.Duration
}

// PresignedURL is a URL that anyone can use until it expires.
type PresignedURL struct {
	URL string
	// Headers must be sent along, under these names. Host is not among them.
	Headers map[string]string
	// ExpiresAt is the end of Lifetime, or of the credentials that signed if
	// that is known and sooner.
	ExpiresAt time.Time
	// CutShort says that the credentials end before the Lifetime does.
	CutShort bool
}

// longestSession is how long temporary credentials of STS last at most.
const longestSession = 36 * time.Hour

// Presign signs a URL of the bucket's own region. It sends no request but the one that
// finds a region that is not given, under the conditions of BucketRegion; whether the
// object exists, and the caller may do what the URL is for, is not checked.
func (c *Clients) Presign(ctx context.Context, r PresignRequest) (PresignedURL, error) {
	region := r.Region
	if region == "" {
		found, err := c.BucketRegion(ctx, r.Bucket)
		if err != nil {
			return PresignedURL{}, err
		}
		region = found
	}
	creds, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return PresignedURL{}, fmt.Errorf("getting credentials to sign with: %w", err)
	}
	now := c.Now().UTC().Truncate(time.Second)
	signed := now
	if r.Window > 0 {
		signed = now.Truncate(r.Window)
	}
	req, err := presign(ctx, c.presigner(region, creds, clockedSigner{v4.NewSigner(), signed, r.ChecksumMode}, r.Lifetime), r)
	if err != nil {
		return PresignedURL{}, fmt.Errorf("signing a URL: %w", err)
	}
	out := PresignedURL{URL: req.URL, Headers: map[string]string{}, ExpiresAt: signed.Add(r.Lifetime)}
	for name, values := range req.SignedHeader {
		if name != "Host" {
			out.Headers[name] = strings.Join(values, ",")
		}
	}
	switch {
	case creds.CanExpire && creds.Expires.Before(out.ExpiresAt):
		out.ExpiresAt, out.CutShort = creds.Expires.UTC().Truncate(time.Second), true
	case creds.SessionToken != "" && !creds.CanExpire && out.ExpiresAt.Sub(now) > longestSession:
		out.CutShort = true
	}
	return out, nil
}

func presign(ctx context.Context, p *s3.PresignClient, r PresignRequest) (*v4.PresignedHTTPRequest, error) {
	switch r.Method {
	case http.MethodGet:
		return p.PresignGetObject(ctx, &s3.GetObjectInput{
			Bucket: &r.Bucket, Key: &r.Key, VersionId: optional(r.VersionID),
			ResponseContentType: optional(r.ResponseContentType), ResponseContentDisposition: optional(r.ResponseContentDisposition),
		})
	case http.MethodHead:
		return p.PresignHeadObject(ctx, &s3.HeadObjectInput{
			Bucket: &r.Bucket, Key: &r.Key, VersionId: optional(r.VersionID),
			ResponseContentType: optional(r.ResponseContentType), ResponseContentDisposition: optional(r.ResponseContentDisposition),
		})
	case http.MethodPut:
		return p.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: &r.Bucket, Key: &r.Key})
	}
	return nil, fmt.Errorf("no URL can be presigned for the method %q", r.Method)
}

// presigner signs with these credentials, whose end the caller knows. Without checksum
// validation the URL holds nothing that a player does not need. The client is one of its
// own: to derive one from another, as the SDK offers to, is a data race with the requests
// of the other.
func (c *Clients) presigner(region string, creds aws.Credentials, signer clockedSigner, lifetime time.Duration) *s3.PresignClient {
	client := c.newS3(region, func(o *s3.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return creds, nil })
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	return s3.NewPresignClient(client, s3.WithPresignExpires(lifetime),
		func(o *s3.PresignOptions) { o.Presigner = signer })
}

// clockedSigner signs at its own time in place of the SDK's.
type clockedSigner struct {
	*v4.Signer
	at           time.Time
	checksumMode bool
}

// PresignHTTP implements [s3.HTTPPresignerV4].
func (s clockedSigner) PresignHTTP(ctx context.Context, creds aws.Credentials, r *http.Request, payloadHash, service, region string, _ time.Time, options ...func(*v4.SignerOptions)) (string, http.Header, error) {
	if s.checksumMode {
		query := r.URL.Query()
		query.Set("x-amz-checksum-mode", "ENABLED") // in this case, which Go's own SDK has otherwise
		r.URL.RawQuery = query.Encode()
	}
	return s.Signer.PresignHTTP(ctx, creds, r, payloadHash, service, region, s.at, append(options, unescaped)...)
}

// unescaped: S3 keys are signed as they stand in the path, escaped once.
func unescaped(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
