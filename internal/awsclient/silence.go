package awsclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

const (
	// silenceLimit is how long a connection may stand still while a request is under
	// way: nothing is sent, and nothing comes. The aws CLI waits as long.
	silenceLimit = time.Minute
	// longSilenceLimit is for operations that servers work on before they say a word.
	longSilenceLimit = 10 * time.Minute
	// unansweredAttempts is how often a request is sent that gets no answer, or one that
	// breaks off. Other failures are retried up to max_retries.
	unansweredAttempts = 3
)

// longOperations move or remove much data in one request.
var longOperations = map[string]bool{"CompleteMultipartUpload": true, "CopyObject": true, "UploadPartCopy": true, "DeleteObjects": true}

// SilenceError says that a server took a request and then said nothing.
type SilenceError struct {
	Operation string
	Host      string
	Limit     time.Duration
	attempt   int
}

// Error implements error.
func (e *SilenceError) Error() string {
	return fmt.Sprintf("%s did not answer %s within %s (attempt %d)", e.Host, e.Operation, e.Limit, max(1, e.attempt))
}

// Timeout implements net.Error.
func (e *SilenceError) Timeout() bool { return true }

// Temporary implements net.Error.
func (e *SilenceError) Temporary() bool { return true }

// RetryableError tells the SDK whether to send the request again.
func (e *SilenceError) RetryableError() bool { return e.attempt < unansweredAttempts }

// silenceKey is the context key of another limit than silenceLimit.
type silenceKey struct{}

// withSilenceLimit shortens how long the requests of a context wait for a server.
func withSilenceLimit(ctx context.Context, limit time.Duration) context.Context {
	return context.WithValue(ctx, silenceKey{}, limit)
}

// watchedClient ends requests during which the connection stands still. Long uploads and
// downloads go on as long as bytes flow.
type watchedClient struct {
	inner aws.HTTPClient
	limit time.Duration // of operations that are not longOperations
	after func(time.Duration, func()) timer
}

// timer is a [time.Timer] that calls a function.
type timer interface {
	Reset(d time.Duration) bool
	Stop() bool
}

func watchSilence(inner aws.HTTPClient, limit time.Duration) aws.HTTPClient {
	return watchedClient{inner, limit, func(d time.Duration, f func()) timer { return time.AfterFunc(d, f) }}
}

// Do implements [aws.HTTPClient].
func (c watchedClient) Do(r *http.Request) (*http.Response, error) {
	operation := awsmiddleware.GetOperationName(r.Context())
	limit := c.limit
	if longOperations[operation] {
		limit = longSilenceLimit
	}
	if shorter, ok := r.Context().Value(silenceKey{}).(time.Duration); ok {
		limit = min(limit, shorter)
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	w := &watch{
		limit: limit, ctx: ctx, cancel: cancel,
		silence: &SilenceError{Operation: cmp.Or(operation, r.Method), Host: r.URL.Host, Limit: limit},
	}
	w.timer = c.after(limit, func() { cancel(w.silence) })
	watched := r.WithContext(ctx)
	if r.Body != nil && r.Body != http.NoBody {
		watched.Body = sentBody{r.Body, w}
	}
	resp, err := c.inner.Do(watched)
	w.answer()
	if err != nil {
		defer w.end()
		return resp, w.explain(err)
	}
	resp.Body = answerBody{resp.Body, w}
	return resp, nil
}

// watch is what goes on in one request.
type watch struct {
	limit   time.Duration
	ctx     context.Context //nolint:containedctx // it is that of the request, and ends with it
	cancel  context.CancelCauseFunc
	silence *SilenceError

	mu       sync.Mutex
	timer    timer
	answered bool // the answer has begun: the rest of the request no longer matters
	ended    bool
}

// sent begins to wait again, since a part of the request has gone out.
func (w *watch) sent() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.answered && !w.ended {
		w.timer.Reset(w.limit)
	}
}

// answer stops waiting until the body of the answer is read.
func (w *watch) answer() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answered = true
	w.timer.Stop()
}

// reading waits for a part of the answer. The function that it returns ends that.
func (w *watch) reading() (done func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.timer.Reset(w.limit)
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.timer.Stop()
	}
}

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.timer.Stop()
	w.cancel(nil)
}

// explain gives the silence in place of the cancellation that it caused.
func (w *watch) explain(err error) error {
	if err == nil || !errors.Is(context.Cause(w.ctx), w.silence) {
		return err
	}
	silence := *w.silence
	silence.attempt = unanswered(w.ctx)
	return &silence
}

// sentBody is the body of a request, which the transport reads as fast as the server
// takes it.
type sentBody struct {
	io.ReadCloser
	watch *watch
}

func (b sentBody) Read(p []byte) (int, error) {
	b.watch.sent()
	n, err := b.ReadCloser.Read(p)
	b.watch.sent()
	return n, err
}

// answerBody is the body of an answer, whose reader may take its time.
type answerBody struct {
	io.ReadCloser
	watch *watch
}

func (b answerBody) Read(p []byte) (int, error) {
	done := b.watch.reading()
	n, err := b.ReadCloser.Read(p)
	done()
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.watch.explain(err)
	}
	return n, err
}

func (b answerBody) Close() error {
	err := b.ReadCloser.Close()
	b.watch.end()
	return err
}

// unansweredKey is the context key of the attempts of one operation that got no answer.
type unansweredKey struct{}

// countUnanswered makes room for the count, before the SDK's retries.
func countUnanswered(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("CountUnanswered",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(middleware.WithStackValue(ctx, unansweredKey{}, new(int)), in)
		}), middleware.Before)
}

// unanswered counts an attempt without an answer and returns how many there were.
func unanswered(ctx context.Context) int {
	count, ok := middleware.GetStackValue(ctx, unansweredKey{}).(*int)
	if !ok {
		return unansweredAttempts
	}
	*count++
	return *count
}
