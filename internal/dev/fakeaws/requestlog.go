package fakeaws

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Entry is one answered request. Operation is its name in AWS's API model, or
// "CORSPreflight"; it is "" for a request that could not be told.
type Entry struct {
	Time                       time.Time
	Service, Operation, Method string
	Bucket, Key                string
	Principal                  string // ARN, or "anonymous"
	Status                     int    // 0 when the connection was dropped
	Code                       string // error code, "" on success
	StartAfter                 string // what a listing starts after, if it was said
	ExpectedOwner              string // the account that the request expects to own the bucket
	ExpectedSourceOwner        string // likewise for the bucket that a copy reads
}

// RequestLog records every request. It is safe for concurrent use.
type RequestLog struct {
	mu      sync.Mutex
	entries []Entry
	counts  map[string]int
	out     io.Writer
}

// Count tells how often an operation was asked for, refused requests included.
func (l *RequestLog) Count(operation string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[operation]
}

// Counts maps operation names to the number of requests.
func (l *RequestLog) Counts() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}

// Total is the number of requests.
func (l *RequestLog) Total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Entries gives a copy of the log, oldest first.
func (l *RequestLog) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}

// Reset empties the log.
func (l *RequestLog) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries, l.counts = nil, map[string]int{}
}

func (l *RequestLog) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	l.counts[e.Operation]++
	if l.out == nil {
		return
	}
	target := e.Bucket
	if e.Key != "" {
		target += "/" + e.Key
	}
	// The log is a convenience: a writer that fails must not fail the request.
	_, _ = fmt.Fprintf(l.out, "%s %s %s %s %q %s %d %s\n",
		e.Time.UTC().Format(time.RFC3339), e.Service, e.Method, e.Operation, target, e.Principal, e.Status, e.Code)
}
