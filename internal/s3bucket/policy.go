package s3bucket

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// Policy is the bucket policy, in JSON as the server writes it.
//
// It is replaced in one step: what both the old and the new one allow is allowed all
// the time. A principal that was made a moment ago, which S3 does not know yet, is
// waited for; other servers have no such delay, but lack some kinds of principals. A
// policy that would let everyone in can be refused with a *PublicPolicyError.
var Policy = &Document[string]{
	Kind:   "policy",
	Equal:  iampolicy.Equivalent,
	get:    getPolicy,
	put:    putPolicy,
	remove: removePolicy,
	judge:  judgePolicy,
}

func getPolicy(ctx context.Context, client *s3.Client, id ID) (string, error) {
	out, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &id.Bucket})
	if err != nil {
		return "", err
	}
	policy := aws.ToString(out.Policy)
	switch {
	case policy == "":
		return "", ErrAbsent
	case !json.Valid([]byte(policy)):
		return "", otherDocument(out.ResultMetadata)
	}
	return policy, nil
}

func putPolicy(ctx context.Context, client *s3.Client, id ID, policy string) error {
	_, err := client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &id.Bucket, Policy: &policy})
	return err
}

func removePolicy(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: &id.Bucket})
	return err
}

func judgePolicy(_ context.Context, _ *Store, id ID, _ string, err error) error {
	switch {
	case awserr.IsWithMessage(err, "MalformedPolicy", "Invalid principal in policy") && awserr.OriginOf(err).IsAWS():
		return passingError{err}
	case awserr.Denied(err) && strings.Contains(awserr.Message(err), "public policies are prevented"):
		return &PublicPolicyError{id.Bucket, err}
	}
	return err
}

// PublicPolicyError says that a policy was refused because it would let everyone
// in.
type PublicPolicyError struct {
	Bucket string
	Err    error
}

// Error implements error.
func (e *PublicPolicyError) Error() string {
	return fmt.Sprintf("the policy would make the bucket %s public: %v", e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *PublicPolicyError) Unwrap() error { return e.Err }
