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

const policyDocument = "policy"

// Policy returns a bucket's policy, in JSON as the server writes it.
func (s *Store) Policy(ctx context.Context, bucket string) (string, error) {
	p := part{policyDocument, bucket}
	return read(ctx, s, p, func(client *s3.Client) (string, error) {
		out, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket})
		if err != nil {
			return "", err
		}
		policy := aws.ToString(out.Policy)
		switch {
		case policy == "":
			return "", ErrAbsent
		case !json.Valid([]byte(policy)):
			return "", p.otherDocument(out.ResultMetadata)
		}
		return policy, nil
	})
}

// PutPolicy makes or replaces a bucket's policy in one step: what both the old
// and the new one allow is allowed all the time. A principal that was made a
// moment ago, which S3 does not know yet, is waited for; other servers have no
// such delay, but lack some kinds of principals.
func (s *Store) PutPolicy(ctx context.Context, bucket, policy string) error {
	return write(ctx, s, part{policyDocument, bucket}, policy, s.Policy, iampolicy.Equivalent, func(client *s3.Client) error {
		_, err := client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy})
		if awserr.IsWithMessage(err, "MalformedPolicy", "Invalid principal in policy") && awserr.OriginOf(err).IsAWS() {
			return passingError{err}
		}
		if awserr.Denied(err) && strings.Contains(awserr.Message(err), "public policies are prevented") {
			return &PublicPolicyError{bucket, err}
		}
		return err
	})
}

// DeletePolicy removes a bucket's policy. It is no error if there is none.
func (s *Store) DeletePolicy(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{policyDocument, bucket}, s.Policy, func(client *s3.Client) error {
		_, err := client.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: &bucket})
		return err
	})
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

// Remedy implements awsdiag.Remedied.
func (e *PublicPolicyError) Remedy() string {
	return fmt.Sprintf("The policy lets everyone in, and block_public_policy of the bucket %s, or of its account, refuses such policies. "+
		"Name the principals in place of \"*\", or add a condition that only they meet, such as aws:SourceArn, aws:SourceVpce or aws:PrincipalOrgID. "+
		"FOVEA itself needs no public bucket. If everyone is to read this one all the same, set block_public_policy and restrict_public_buckets to false in its public_access_block first.", e.Bucket)
}
