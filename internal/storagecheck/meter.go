package storagecheck

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// errTooMany says that a request was not sent.
var errTooMany error = tooManyError{}

type tooManyError struct{}

// Error implements error.
func (tooManyError) Error() string { return "the limit of requests was reached" }

// RetryableError tells the SDK not to send the request again.
func (tooManyError) RetryableError() bool { return false }

// meter sends requests up to a limit, retries included.
type meter struct {
	inner Doer
	limit int
	clock *clock

	mu   sync.Mutex
	sent int
}

// Do implements [Doer].
func (m *meter) Do(r *http.Request) (*http.Response, error) {
	if !m.take() {
		return nil, errTooMany
	}
	start := m.clock.now()
	resp, err := m.inner.Do(r)
	if err == nil {
		m.clock.note(resp.Header.Get("Date"), start, m.clock.now())
	}
	return resp, err
}

func (m *meter) take() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sent == m.limit {
		return false
	}
	m.sent++
	return true
}

// clock compares the time of this machine with that of the server.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	noted bool
	ahead time.Duration // of this machine
}

// note takes the time of the first answer that has one, which has no fractions of a
// second.
func (c *clock) note(date string, sent, received time.Time) {
	server, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.noted {
		return
	}
	c.noted = true
	switch latest := server.Add(time.Second); {
	case sent.After(latest):
		c.ahead = sent.Sub(latest)
	case received.Before(server):
		c.ahead = received.Sub(server)
	}
}

func (c *clock) known() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.noted
}

// skew is how far this machine is ahead of the server, 0 if that is not known.
func (c *clock) skew() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// serverNow is the time of the server, as far as it is known.
func (c *clock) serverNow() time.Time { return c.now().Add(-c.skew()) }

// bounded is the context of one request.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, requestLimit)
}
