package awsclient

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	smithy "github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// redacted stands for a secret in messages.
const redacted = "(secret)"

// shortestSecret is in bytes. AWS's own have 40 and more.
const shortestSecret = 16

// secretHeaders of requests hold tokens.
var secretHeaders = []string{"X-Amz-Security-Token", "X-Amz-S3session-Token", "X-Amz-Sso_bearer_token"}

// Redact takes the secrets that the settings and the environment hold out of a
// text, for error messages in which a server repeats a request. Short ones, such
// as the "test" of a test server, are words like any other.
func (s Settings) Redact(text string) string {
	secrets := []string{s.SecretKey, s.Token, os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")}
	if s.WebIdentity != nil {
		secrets = append(secrets, s.WebIdentity.Token)
		if file := s.tokenFile(); file != "" {
			if token, err := os.ReadFile(file); err == nil { //nolint:gosec // the user names it
				secrets = append(secrets, strings.TrimSpace(string(token)))
			}
		}
	}
	return redact(text, secrets)
}

// redact takes secrets out of a text, however they are encoded there.
func redact(text string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret)}
		forms = append(forms, strings.ToLower(forms[1]), strings.ReplaceAll(secret, "/", `\/`))
		for _, form := range forms {
			text = strings.ReplaceAll(text, form, redacted)
		}
	}
	return text
}

// redactor knows the secrets of all credentials that were in use.
type redactor struct {
	mu      sync.Mutex
	secrets []string
}

// remember takes note of credentials. Those of a role change every hour or so; all are
// kept, since an answer may repeat an older request.
func (r *redactor) remember(credentials aws.Credentials) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range []string{credentials.SecretAccessKey, credentials.SessionToken} {
		if len(secret) >= shortestSecret && !slices.Contains(r.secrets, secret) {
			r.secrets = append(r.secrets, secret)
		}
	}
}

// with returns all known secrets and those of a request.
func (r *redactor) with(request *http.Request) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(slices.Clone(r.secrets), secretsOf(request)...)
}

// secretsOf returns the tokens and the signature that a request carries.
func secretsOf(request *http.Request) []string {
	if request == nil {
		return nil
	}
	var secrets []string
	for _, header := range secretHeaders {
		secrets = append(secrets, request.Header.Get(header))
	}
	if _, signature, ok := strings.Cut(request.Header.Get("Authorization"), "Signature="); ok {
		secrets = append(secrets, signature)
	}
	if request.URL != nil {
		query := request.URL.Query()
		secrets = append(secrets, query.Get("X-Amz-Security-Token"), query.Get("X-Amz-Signature"))
	}
	return slices.DeleteFunc(secrets, func(secret string) bool { return secret == "" })
}

// provider remembers what a source of credentials gives.
func (r *redactor) provider(source aws.CredentialsProvider) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		credentials, err := source.Retrieve(ctx)
		r.remember(credentials)
		return credentials, redactError(err)
	})
}

// redactingClient takes secrets out of answers that say that something failed, before
// anybody makes a message of them.
type redactingClient struct {
	inner aws.HTTPClient
	*redactor
}

// maxFailure is how much of such an answer is read.
const maxFailure = 1 << 20

// Do implements [aws.HTTPClient].
func (c redactingClient) Do(request *http.Request) (*http.Response, error) {
	resp, err := c.inner.Do(request)
	if err != nil {
		return resp, redactErrorOf(err, c.with(request))
	}
	secrets := c.with(request)
	for _, values := range resp.Header {
		for i := range values {
			values[i] = redact(values[i], secrets)
		}
	}
	// These may fail after the status has been sent.
	late := longOperations[awsmiddleware.GetOperationName(request.Context())]
	if resp.Body == nil || resp.StatusCode < http.StatusMultipleChoices && !late || resp.ContentLength > maxFailure {
		return resp, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFailure))
	clean := []byte(redact(string(body), secrets))
	rest := io.Reader(resp.Body)
	if err != nil {
		rest = failingReader{err}
	}
	if !bytes.Equal(clean, body) && resp.ContentLength >= 0 {
		resp.ContentLength = int64(len(clean))
		resp.Header.Del("Content-Length")
	}
	resp.Body = readCloser{io.MultiReader(bytes.NewReader(clean), rest), resp.Body}
	return resp, nil
}

type readCloser struct {
	io.Reader
	io.Closer
}

type failingReader struct{ err error }

// Read implements [io.Reader].
func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// redactError takes the secrets of the request that failed out of an error, for
// requests that do not go through a redactingClient: those for credentials.
func redactError(err error) error { return redactErrorOf(err, secretsOfFailed(err)) }

func secretsOfFailed(err error) []string {
	var failed *smithyhttp.ResponseError
	if !errors.As(err, &failed) || failed.Response == nil || failed.Response.Response == nil {
		return nil
	}
	return secretsOf(failed.Response.Request)
}

func redactErrorOf(err error, secrets []string) error {
	if err == nil || redact(err.Error(), secrets) == err.Error() {
		return err
	}
	return &redactedError{err, secrets}
}

// redactedError is an error without the secrets in its text, and in the message of
// the service in it.
type redactedError struct {
	err     error
	secrets []string
}

// Error implements error.
func (e *redactedError) Error() string { return redact(e.err.Error(), e.secrets) }

// Unwrap is for errors.Is and errors.As.
func (e *redactedError) Unwrap() error { return e.err }

// As gives the service's error without secrets.
func (e *redactedError) As(target any) bool {
	api, ok := target.(*smithy.APIError)
	var inner smithy.APIError
	if !ok || !errors.As(e.err, &inner) {
		return false
	}
	*api = &smithy.GenericAPIError{Code: inner.ErrorCode(), Message: redact(inner.ErrorMessage(), e.secrets), Fault: inner.ErrorFault()}
	return true
}

// logRequests tells TF_LOG=DEBUG of every request that is sent, repeats
// included. Headers, queries and bodies stay out of it: they hold signatures,
// tokens and keys.
func logRequests(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("LogRequests",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			start := time.Now()
			out, metadata, err := next.HandleDeserialize(ctx, in)
			fields := map[string]any{
				"service":   awsmiddleware.GetServiceID(ctx),
				"operation": awsmiddleware.GetOperationName(ctx),
				"duration":  time.Since(start).String(),
			}
			if req, ok := in.Request.(*smithyhttp.Request); ok {
				fields["method"], fields["host"], fields["path"] = req.Method, req.URL.Host, req.URL.Path
			}
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok {
				fields["status"] = resp.StatusCode
			}
			tflog.Debug(ctx, "AWS request", fields)
			return out, metadata, err
		}), middleware.After)
}
