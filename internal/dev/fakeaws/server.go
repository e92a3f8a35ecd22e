// Package fakeaws is a strict stand-in for S3, IAM and STS in one process: it
// verifies signatures, evaluates policies, and refuses what AWS refuses.
//
// One plain-HTTP listener serves all three; the credential scope of the
// signature tells the services apart. What it does not know it answers with
// 501 NotImplemented, never with a guess. See README.md for what it enforces.
//
// The package itself is the server: options, dispatch, authentication, faults
// and the request log. The services are in s3api and iamapi.
package fakeaws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/iamapi"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/s3api"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// Options are the settings of a Server; the zero value is usable.
type Options struct {
	Listen    string           // address to listen on; default "127.0.0.1:0"
	Region    string           // region named to clients; default "us-east-1". LocationConstraint decides a bucket's region
	AccountID string           // 12 digits; default "123456789012"
	Clock     func() time.Time // default time.Now
	Log       io.Writer        // gets one line a request; default none

	// RestoreTime is how long RestoreObject takes; 0 restores at once.
	RestoreTime time.Duration
}

// Credentials sign requests. SessionToken is "" for long-term keys.
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// Server is a running fake of S3, IAM and STS. It is safe for concurrent use.
type Server struct {
	opts     Options
	listener net.Listener
	http     *http.Server
	done     chan struct{}

	log      *RequestLog
	faults   faults
	accounts *iamapi.Accounts
	s3       *s3api.Service
}

// Start listens and serves until Close. It fails when the address is taken or
// an option is malformed.
func Start(opts Options) (*Server, error) {
	if opts.Listen == "" {
		opts.Listen = "127.0.0.1:0"
	}
	if opts.Region == "" {
		opts.Region = wire.DefaultRegion
	}
	if opts.AccountID == "" {
		opts.AccountID = "123456789012"
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if !wire.KnownRegion(opts.Region) {
		return nil, fmt.Errorf("fakeaws: unknown region %q", opts.Region)
	}
	if len(opts.AccountID) != 12 || !wire.AllDigits(opts.AccountID) {
		return nil, fmt.Errorf("fakeaws: account id %q is not 12 digits", opts.AccountID)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("fakeaws: %w", err)
	}
	s := &Server{
		opts:     opts,
		listener: listener,
		done:     make(chan struct{}),
		log:      &RequestLog{counts: map[string]int{}, out: opts.Log},
		accounts: iamapi.NewAccounts(opts.Clock),
	}
	s.s3 = s3api.New(s3api.Options{Endpoint: s.URL(), RestoreTime: opts.RestoreTime, Principals: s.accounts})
	s.AddAccount(opts.AccountID)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(s.done)
		// Serve always ends with an error: ErrServerClosed after Close.
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// URL is the endpoint of all three services, without a slash at its end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close drops all connections, waits until the server has stopped and removes
// what it kept on disk.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	return errors.Join(err, s.s3.Close())
}

// Root gives the credentials of the root user of the server's own account.
func (s *Server) Root() Credentials { return s.AddAccount(s.opts.AccountID) }

// AddAccount makes a further AWS account and gives the credentials of its
// root user; for an account that exists it gives the same ones again.
func (s *Server) AddAccount(id string) Credentials {
	root := s.accounts.Add(id).Root()
	return Credentials{AccessKeyID: root.AccessKeyID, SecretAccessKey: root.Secret, SessionToken: root.SessionToken}
}

// Requests is the log of everything the server was asked.
func (s *Server) Requests() *RequestLog { return s.log }

// Region is the region that clients are told to use.
func (s *Server) Region() string { return s.opts.Region }

// Now is the time by the server's clock.
func (s *Server) Now() time.Time { return s.opts.Clock() }

// AddSyntheticBucket makes a bucket of the server's own account and region
// whose keys are generated as they are listed. Keys that are written or
// deleted later are remembered. It fails when the name is taken or invalid,
// or content is malformed.
func (s *Server) AddSyntheticBucket(name string, content keyspace.Synthetic) error {
	root := s.accounts.Add(s.opts.AccountID).Root().Principal
	return s.s3.AddSyntheticBucket(name, s.opts.Region, root, s.opts.Clock(), content)
}

type (
	// Synthetic says what a synthetic bucket holds.
	Synthetic = keyspace.Synthetic
	// Shape is how the keys of a synthetic bucket are spread.
	Shape = keyspace.Shape
)

// The shapes of a synthetic bucket.
const (
	ShapeDates   = keyspace.ShapeDates
	ShapeCounter = keyspace.ShapeCounter
	ShapeHot     = keyspace.ShapeHot
	ShapeHashes  = keyspace.ShapeHashes
	ShapeZipf    = keyspace.ShapeZipf
	ShapeUnicode = keyspace.ShapeUnicode
)

// Shapes lists every shape.
var Shapes = keyspace.Shapes
