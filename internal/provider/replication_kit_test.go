package provider_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const theReplication = "fovea_bucket_replication.this"

var replicationState = stateOf(theReplication)

// pair is a bucket with what it can be replicated to: both versioned, with a role
// for S3, all made without Terraform.
type pair struct {
	*acctest.Env
	t                    *testing.T
	source, backup, role string
	label                string // of the resource
}

func newPair(t *testing.T) pair {
	t.Helper()
	return makePair(t, acctest.Start(t), acctest.Name(t), "this")
}

func makePair(t *testing.T, e *acctest.Env, name, label string) pair {
	t.Helper()
	p := pair{e, t, name + "-a", name + "-b", name, label}
	for _, bucket := range []string{p.source, p.backup} {
		p.makeVersioned(bucket)
	}
	makeRole(t, e, p.role, "s3.amazonaws.com")
	return p
}

func (p pair) makeVersioned(bucket string) {
	p.t.Helper()
	makeBucket(p.t, p.Env, bucket)
	p.version(bucket, s3types.BucketVersioningStatusEnabled)
	p.t.Cleanup(func() {
		if _, err := p.S3.DeleteBucket(context.WithoutCancel(p.t.Context()), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
			p.t.Error(err)
		}
	})
}

func (p pair) version(bucket string, status s3types.BucketVersioningStatus) {
	p.t.Helper()
	_, err := p.S3.PutBucketVersioning(p.t.Context(), &s3.PutBucketVersioningInput{Bucket: &bucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: status}})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p pair) roleARN() string { return "arn:aws:iam::123456789012:role/" + p.role }

// rule configures a rule to the backup with further arguments.
func (p pair) rule(arguments string) string {
	return fmt.Sprintf("{\n  destination = { bucket_arn = \"arn:aws:s3:::%s\" }\n%s\n}", p.backup, arguments)
}

func (p pair) address() string { return "fovea_bucket_replication." + p.label }

// config configures a replication with rules.
func (p pair) config(rules string) string { return p.configAs(p.role, rules) }

func (p pair) configAs(role, rules string) string { return p.Config("%s", p.block(role, rules)) }

func (p pair) block(role, rules string) string {
	return fmt.Sprintf(`
resource "fovea_bucket_replication" %q {
  bucket   = %q
  role_arn = "arn:aws:iam::123456789012:role/%s"
  rules    = [%s]
}
`, p.label, p.source, role, rules)
}

// get reads the configuration as S3 has it.
func (p pair) get() s3types.ReplicationConfiguration {
	p.t.Helper()
	out, err := p.S3.GetBucketReplication(p.t.Context(), &s3.GetBucketReplicationInput{Bucket: &p.source})
	if err != nil {
		p.t.Fatal(err)
	}
	return *out.ReplicationConfiguration
}

// edit changes the configuration behind Terraform's back.
func (p pair) edit(change func(*s3types.ReplicationConfiguration)) {
	p.t.Helper()
	replication := p.get()
	change(&replication)
	if _, err := p.S3.PutBucketReplication(p.t.Context(), &s3.PutBucketReplicationInput{Bucket: &p.source, ReplicationConfiguration: &replication}); err != nil {
		p.t.Fatal(err)
	}
}
