package examples

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// extra is a document that examples/production makes and the guide forgets.
type extra struct {
	name, madeBy, by string // as of document
	why              string
	fetch            func(context.Context, *acctest.Env) error
}

func extras() []extra {
	videos, logs, backup, metrics := guideBucket, guideLogs, guideBackup, "EntireBucket"
	return []extra{
		{
			"public access block", "fovea_video_bucket", "", "Neither an ACL nor a policy can open the bucket to the public by mistake.",
			func(ctx context.Context, e *acctest.Env) error {
				_, err := e.S3.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &videos})
				return err
			},
		},
		{
			"object ownership", "fovea_video_bucket", "", "ACLs are off, and the account owns what others upload.",
			func(ctx context.Context, e *acctest.Env) error {
				_, err := e.S3.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &videos})
				return err
			},
		},
		{
			"policy of the bucket", "fovea_bucket_policy", "", "Requests without TLS are denied.",
			hasPolicy(videos, "us-east-1"),
		},
		{
			"policy of the EC2 role", "fovea_access_role", "ec2_role",
			"The guide attaches the managed policy `FOVEAVideoAccess`, which it never made: `NoSuchEntity`. The role has a policy of its own, the same as the user's.",
			hasRolePolicy("FOVEA-EC2-S3-Access", "FOVEAVideoAccess"),
		},
		{
			"role for uploads", "fovea_access_role", "github_role",
			"The guide keeps an access key in GitHub's secrets. The role trusts the token of one branch's workflow, and no key has to be changed.",
			hasRolePolicy("FOVEA-Video-Upload", "FOVEAVideoAccess"),
		},
		{
			"log bucket and its policy", "fovea_bucket_policy", "logs",
			"The guide neither makes the bucket nor lets S3's log service write to it: no log would come.",
			hasPolicy(guideLogs, "us-east-1"),
		},
		{
			"metrics configuration", "fovea_bucket_metrics", "metrics",
			"S3 publishes requests, bytes and errors in CloudWatch only for a bucket that has one.",
			func(ctx context.Context, e *acctest.Env) error {
				_, err := e.S3.GetBucketMetricsConfiguration(ctx, &s3.GetBucketMetricsConfigurationInput{Bucket: &videos, Id: &metrics})
				return err
			},
		},
		{
			"replication role", "fovea_replication_role", "backup", "The guide names the role, and never makes it.",
			hasRolePolicy("S3-Replication-Role", "FOVEAReplication"),
		},
		{
			"backup bucket and its policy", "fovea_video_bucket", "backup",
			"The guide never makes it. S3 replicates only to a bucket that exists and has versions.",
			hasPolicy(guideBackup, "us-west-2"),
		},
		{
			"CORS rules of the backup", "fovea_bucket_cors", "backup",
			"Without them FOVEA lists the copies after a failover, and browsers do not play them.",
			func(ctx context.Context, e *acctest.Env) error {
				_, err := e.S3.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: &backup}, func(o *s3.Options) { o.Region = "us-west-2" })
				return err
			},
		},
		{
			"lifecycle of the log bucket", "fovea_bucket_lifecycle", "logs",
			"The guide keeps logs for ever.",
			func(ctx context.Context, e *acctest.Env) error {
				_, err := e.S3.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &logs})
				return err
			},
		},
	}
}

func hasPolicy(bucket, region string) func(context.Context, *acctest.Env) error {
	return func(ctx context.Context, e *acctest.Env) error {
		_, err := e.S3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket}, func(o *s3.Options) { o.Region = region })
		return err
	}
}

func hasRolePolicy(role, policy string) func(context.Context, *acctest.Env) error {
	return func(ctx context.Context, e *acctest.Env) error {
		_, err := e.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &policy})
		return err
	}
}
