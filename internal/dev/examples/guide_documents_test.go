package examples

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// document is a document that the guide prints and examples/production makes.
type document struct {
	name    string // of the guide's file, in testdata/guide
	section string // of the guide
	madeBy  string // the resource
	by      string // the argument of the module that makes it; "" for one that is always there

	command []string // arguments of the aws CLI that fetch it
	fetch   func(context.Context, *acctest.Env) (any, error)
	at      string // the member of the answer that is the document; "" for all of it
	within  string // the member that at is in, if any
}

// documents are in the order of the guide.
func documents() []document {
	videos, user, policy, role, tiering := guideBucket, "fovea-production", "FOVEAVideoAccess", "FOVEA-EC2-S3-Access", "AutoTiering"
	return []document{
		{
			name: "versioning.json", section: "1. Create S3 Bucket", madeBy: "fovea_video_bucket",
			command: of("s3api", "get-bucket-versioning", "bucket", videos),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &videos})
			},
		},
		{
			name: "encryption.json", section: "1. Create S3 Bucket", madeBy: "fovea_video_bucket", at: "ServerSideEncryptionConfiguration",
			command: of("s3api", "get-bucket-encryption", "bucket", videos),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &videos})
			},
		},
		{
			name: "cors.json", section: "2. Configure CORS", madeBy: "fovea_bucket_cors", by: "frontend_urls",
			command: of("s3api", "get-bucket-cors", "bucket", videos),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: &videos})
			},
		},
		{
			name: "policy.json", section: "3. Create IAM User", madeBy: "fovea_access_user", by: "access_user", at: "PolicyDocument",
			command: of("iam", "get-user-policy", "user-name", user, "policy-name", policy),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.IAM.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &user, PolicyName: &policy})
			},
		},
		{
			name: "lifecycle.json", section: "4. Configure Bucket Lifecycle", madeBy: "fovea_bucket_lifecycle", by: "lifecycle_rules",
			command: of("s3api", "get-bucket-lifecycle-configuration", "bucket", videos),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &videos})
			},
		},
		{
			name: "trust-policy.json", section: "EC2 with IAM Role", madeBy: "fovea_access_role", by: "ec2_role", within: "Role", at: "AssumeRolePolicyDocument",
			command: of("iam", "get-role", "role-name", role),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &role})
			},
		},
		{
			name: "logging.json", section: "S3 Access Logging", madeBy: "fovea_bucket_logging", by: "logs",
			command: of("s3api", "get-bucket-logging", "bucket", videos),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: &videos})
			},
		},
		{
			name: "intelligent-tiering.json", section: "1. Use Intelligent Tiering", madeBy: "fovea_bucket_intelligent_tiering", by: "lifecycle_rules", at: "IntelligentTieringConfiguration",
			command: of("s3api", "get-bucket-intelligent-tiering-configuration", "bucket", videos, "id", tiering),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketIntelligentTieringConfiguration(ctx, &s3.GetBucketIntelligentTieringConfigurationInput{Bucket: &videos, Id: &tiering})
			},
		},
		{
			name: "replication.json", section: "Bucket Replication", madeBy: "fovea_bucket_replication", by: "backup", at: "ReplicationConfiguration",
			command: of("s3api", "get-bucket-replication", "bucket", videos),
			fetch: func(ctx context.Context, e *acctest.Env) (any, error) {
				return e.S3.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: &videos})
			},
		},
	}
}

// of puts together the arguments of the aws CLI.
func of(service, operation string, options ...string) []string {
	command := []string{service, operation}
	for i := 0; i < len(options); i += 2 {
		command = append(command, "--"+options[i], options[i+1])
	}
	return command
}
