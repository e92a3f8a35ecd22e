package iamaccess

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

const (
	readPolicy  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`
	otherPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"}]}`
	ec2Trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// account is an account of fakeaws with a store over it. Pauses take no time;
// waiting is called instead.
type account struct {
	*Store
	server  *fakeaws.Server
	client  *iam.Client
	ago     atomic.Int64 // how far in the past, in nanoseconds, IAM lives
	waiting func()
}

func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{}
	clock := &skippingClock{slept: func() {
		if a.waiting != nil {
			a.waiting()
		}
	}}
	server, err := fakeaws.Start(fakeaws.Options{Clock: func() time.Time { return clock.Now().Add(-time.Duration(a.ago.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	root := server.Root()
	a.server = server
	a.client = iam.New(iam.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server.URL()),
		Credentials:  credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	})
	a.Store = New(a.client)
	a.clock = clock
	return a
}

// skippingClock is the wall clock, put forward by every pause, which takes no time.
type skippingClock struct {
	ahead atomic.Int64 // nanoseconds
	slept func()       // called after each pause; nil does nothing
}

func (c *skippingClock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *skippingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.ahead.Add(int64(d))
	if c.slept != nil {
		c.slept()
	}
	return ctx.Err()
}

func (a *account) mustCreateUser(t *testing.T, in UserInput) User {
	t.Helper()
	user, err := a.CreateUser(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// requests returns the operations that IAM was asked for while do ran.
func (a *account) requests(do func()) []string {
	a.server.Requests().Reset()
	do()
	var operations []string
	for _, entry := range a.server.Requests().Entries() {
		operations = append(operations, entry.Operation)
	}
	return operations
}
