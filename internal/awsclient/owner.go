package awsclient

import (
	"context"
	"reflect"
	"strings"

	"github.com/aws/smithy-go/middleware"
)

// ExpectOwner has every later request about the bucket name the caller's account as
// the one that owns it. S3 then denies the request if the bucket is another account's,
// as one is that has taken over the name of a deleted bucket. It does so at AWS's
// endpoints only, and only where the account is known.
func (c *Clients) ExpectOwner(bucket string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owned[bucket] = true
}

// ForgetOwner takes ExpectOwner back for a bucket that turned out to be another's.
func (c *Clients) ForgetOwner(bucket string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.owned, bucket)
}

// expectedOwner gives the account that a request about the bucket names, "" for none.
func (c *Clients) expectedOwner(bucket string) string {
	c.mu.Lock()
	owned := c.owned[bucket]
	c.mu.Unlock()
	if !owned || !c.AtAWS() {
		return ""
	}
	return c.AccountID
}

// expectOwners is for clients that send requests. A presigned URL must not need the
// header, so the clients that sign them are without.
func (c *Clients) expectOwners(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ExpectOwners",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			in.Parameters = c.withOwners(in.Parameters)
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
}

// withOwners gives a copy of an operation's input that names the expected owners. The
// SDK has some hundred inputs with the same fields and without a common interface.
// Those of CreateBucket and ListBuckets lack the field.
func (c *Clients) withOwners(input any) any {
	given := reflect.ValueOf(input)
	if given.Kind() != reflect.Pointer || given.Elem().Kind() != reflect.Struct {
		return input
	}
	copied := reflect.New(given.Type().Elem())
	copied.Elem().Set(given.Elem())
	c.setOwner(copied.Elem(), "ExpectedBucketOwner", stringField(given.Elem(), "Bucket"))
	source, _, _ := strings.Cut(strings.TrimPrefix(stringField(given.Elem(), "CopySource"), "/"), "/")
	c.setOwner(copied.Elem(), "ExpectedSourceBucketOwner", source)
	return copied.Interface()
}

func (c *Clients) setOwner(input reflect.Value, field, bucket string) {
	value := input.FieldByName(field)
	if !value.IsValid() || bucket == "" {
		return
	}
	target, ok := value.Addr().Interface().(**string)
	if !ok || *target != nil {
		return
	}
	if owner := c.expectedOwner(bucket); owner != "" {
		*target = &owner
	}
}

// stringField is "" for a field that is missing, nil or of another type.
func stringField(input reflect.Value, field string) string {
	value := input.FieldByName(field)
	if !value.IsValid() {
		return ""
	}
	text, ok := value.Interface().(*string)
	if !ok || text == nil {
		return ""
	}
	return *text
}
