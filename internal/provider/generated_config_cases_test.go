package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// maker makes things as other tools do, by AWS's own calls.
type maker struct {
	t *testing.T
	*acctest.Env
}

// do fails the test when an error comes back.
func (m maker) do(_ any, err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m maker) bucket(name string) string {
	m.t.Helper()
	makeBucket(m.t, m.Env, name)
	return name
}

func (m maker) encrypted(name string, byDefault s3types.ServerSideEncryptionByDefault) string {
	m.t.Helper()
	m.bucket(name)
	m.do(m.S3.PutBucketEncryption(m.t.Context(), &s3.PutBucketEncryptionInput{
		Bucket: &name, ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{
			Rules: []s3types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &byDefault}},
		},
	}))
	return name
}

func (m maker) versioned(name string, status s3types.BucketVersioningStatus) string {
	m.t.Helper()
	m.bucket(name)
	m.do(m.S3.PutBucketVersioning(m.t.Context(), &s3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: &s3types.VersioningConfiguration{Status: status}}))
	return name
}

func (m maker) user(name, policy string) string {
	m.t.Helper()
	m.do(m.IAM.CreateUser(m.t.Context(), &iam.CreateUserInput{UserName: &name}))
	m.do(m.IAM.PutUserPolicy(m.t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("videos"), PolicyDocument: &policy}))
	return name
}

func (m maker) role(name, trust, policy string) string {
	m.t.Helper()
	m.do(m.IAM.CreateRole(m.t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}))
	m.do(m.IAM.PutRolePolicy(m.t.Context(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("videos"), PolicyDocument: &policy}))
	return name
}

// foreignObjects are what TestGeneratedConfig imports, by labels.
func foreignObjects() map[string]foreign {
	all := map[string]foreign{}
	for _, group := range []map[string]foreign{foreignBuckets(), foreignRules(), foreignConfigurations(), foreignAccess()} {
		maps.Copy(all, group)
	}
	return all
}

func foreignBuckets() map[string]foreign {
	all := map[string]foreign{
		"never_versioned": {kind: "fovea_video_bucket", make: maker.bucket},
		"suspended": {kind: "fovea_video_bucket", make: func(m maker, name string) string {
			return m.versioned(name, s3types.BucketVersioningStatusSuspended)
		}},
		"open": {kind: "fovea_video_bucket", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.DeletePublicAccessBlock(m.t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: &name}))
			return name
		}},
		"with_acls": {kind: "fovea_video_bucket", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketOwnershipControls(m.t.Context(), &s3.PutBucketOwnershipControlsInput{
				Bucket: &name, OwnershipControls: &s3types.OwnershipControls{Rules: []s3types.OwnershipControlsRule{{ObjectOwnership: s3types.ObjectOwnershipObjectWriter}}},
			}))
			return name
		}},
		"tagged": {kind: "fovea_video_bucket", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketTagging(m.t.Context(), &s3.PutBucketTaggingInput{
				Bucket: &name, Tagging: &s3types.Tagging{TagSet: []s3types.Tag{{Key: aws.String("team"), Value: aws.String("")}}},
			}))
			return name
		}},
		"published": {kind: "fovea_manifest", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutObject(m.t.Context(), &s3.PutObjectInput{Bucket: &name, Key: aws.String("manifest.json"), Body: strings.NewReader(`{"videos": [], "generatedAt": "` + handmade + `"}`)}))
			return name
		}},
	}
	for label, key := range map[string]string{
		"aws_key": "", "key_id": "1234abcd-12ab-34cd-56ef-1234567890ab", "key_arn": kmsKey,
		"alias": "alias/videos", "alias_arn": "arn:aws:kms:us-east-1:123456789012:alias/videos",
	} {
		all["by_"+label] = foreign{kind: "fovea_video_bucket", make: func(m maker, name string) string {
			byDefault := s3types.ServerSideEncryptionByDefault{SSEAlgorithm: s3types.ServerSideEncryptionAwsKms}
			if key != "" {
				byDefault.KMSMasterKeyID = &key
			}
			return m.encrypted(name, byDefault)
		}}
	}
	return all
}

func foreignRules() map[string]foreign {
	lifecycle := func(rules ...s3types.LifecycleRule) func(maker, string) string {
		return func(m maker, name string) string {
			m.bucket(name)
			for i := range rules {
				rules[i].ID, rules[i].Status = aws.String(fmt.Sprintf("rule %d", i)), s3types.ExpirationStatusEnabled
			}
			m.do(m.S3.PutBucketLifecycleConfiguration(m.t.Context(), &s3.PutBucketLifecycleConfigurationInput{
				Bucket: &name, LifecycleConfiguration: &s3types.BucketLifecycleConfiguration{Rules: rules},
				TransitionDefaultMinimumObjectSize: s3types.TransitionDefaultMinimumObjectSizeVariesByStorageClass,
			}))
			return name
		}
	}
	days := func(n int32) *s3types.LifecycleExpiration { return &s3types.LifecycleExpiration{Days: &n} }
	tag := s3types.Tag{Key: aws.String("kind"), Value: aws.String("raw")}
	return map[string]foreign{
		"old_prefixes": {kind: "fovea_bucket_lifecycle", make: lifecycle(
			s3types.LifecycleRule{Prefix: aws.String("a/"), Expiration: days(9)},   //nolint:staticcheck // deprecated, and in use
			s3types.LifecycleRule{Prefix: aws.String("/b/"), Expiration: days(10)}, //nolint:staticcheck // deprecated, and in use
			s3types.LifecycleRule{Prefix: aws.String(""), Expiration: days(11)},    //nolint:staticcheck // deprecated, and in use
		)},
		"filters": {kind: "fovea_bucket_lifecycle", make: lifecycle(
			s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{Tag: &tag}, Expiration: days(9)},
			s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{Prefix: aws.String("/slash/")}, Expiration: days(9)},
			s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{ObjectSizeGreaterThan: aws.Int64(0)}, Expiration: days(9)},
			s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{And: &s3types.LifecycleRuleAndOperator{
				Prefix: aws.String("a"), Tags: []s3types.Tag{tag}, ObjectSizeLessThan: aws.Int64(5),
			}}, NoncurrentVersionExpiration: &s3types.NoncurrentVersionExpiration{NoncurrentDays: aws.Int32(3), NewerNoncurrentVersions: aws.Int32(100)}},
			s3types.LifecycleRule{
				Filter:                         &s3types.LifecycleRuleFilter{},
				Expiration:                     &s3types.LifecycleExpiration{ExpiredObjectDeleteMarker: aws.Bool(true)},
				AbortIncompleteMultipartUpload: &s3types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(1)},
			},
		)},
		"bare_cors": {kind: "fovea_bucket_cors", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketCors(m.t.Context(), &s3.PutBucketCorsInput{Bucket: &name, CORSConfiguration: &s3types.CORSConfiguration{CORSRules: []s3types.CORSRule{
				{AllowedOrigins: []string{"http://LOCALHOST:80", "*"}, AllowedMethods: []string{"DELETE"}},
			}}}))
			return name
		}},
		"all_of_cors": {kind: "fovea_bucket_cors", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketCors(m.t.Context(), &s3.PutBucketCorsInput{Bucket: &name, CORSConfiguration: &s3types.CORSConfiguration{CORSRules: []s3types.CORSRule{
				{ID: aws.String("one"), AllowedOrigins: []string{"https://a.example.com"}, AllowedMethods: []string{"PUT", "GET"}, AllowedHeaders: []string{"x-amz-*"}, ExposeHeaders: []string{"x-amz-request-id"}, MaxAgeSeconds: aws.Int32(0)},
			}}}))
			return name
		}},
		"first_version": {kind: "fovea_bucket_replication", make: func(m maker, name string) string {
			return m.replicated(name,
				s3types.ReplicationRule{Prefix: aws.String("a/")}, //nolint:staticcheck // deprecated, and in use
				s3types.ReplicationRule{Prefix: aws.String("b/")}, //nolint:staticcheck // deprecated, and in use
			)
		}},
		"second_version": {kind: "fovea_bucket_replication", make: func(m maker, name string) string {
			off := &s3types.DeleteMarkerReplication{Status: s3types.DeleteMarkerReplicationStatusDisabled}
			return m.replicated(name,
				s3types.ReplicationRule{Priority: aws.Int32(0), Filter: &s3types.ReplicationRuleFilter{Prefix: aws.String("/a")}, DeleteMarkerReplication: off},
				s3types.ReplicationRule{Priority: aws.Int32(7), Filter: &s3types.ReplicationRuleFilter{Tag: &tag}, DeleteMarkerReplication: off},
			)
		}},
	}
}

// replicated makes a bucket with a replication to another.
func (m maker) replicated(name string, rules ...s3types.ReplicationRule) string {
	m.t.Helper()
	m.versioned(name, s3types.BucketVersioningStatusEnabled)
	backup := m.versioned(name+"-backup", s3types.BucketVersioningStatusEnabled)
	makeRole(m.t, m.Env, name, "s3.amazonaws.com")
	for i := range rules {
		rules[i].ID, rules[i].Status = aws.String(fmt.Sprintf("rule %d", i)), s3types.ReplicationRuleStatusEnabled
		rules[i].Destination = &s3types.Destination{Bucket: aws.String("arn:aws:s3:::" + backup)}
	}
	m.do(m.S3.PutBucketReplication(m.t.Context(), &s3.PutBucketReplicationInput{Bucket: &name, ReplicationConfiguration: &s3types.ReplicationConfiguration{
		Role: aws.String("arn:aws:iam::123456789012:role/" + name), Rules: rules,
	}}))
	return name
}

func foreignConfigurations() map[string]foreign {
	tag := s3types.Tag{Key: aws.String("kind"), Value: aws.String("raw")}
	return map[string]foreign{
		"logged": {kind: "fovea_bucket_logging", make: func(m maker, name string) string {
			m.bucket(name)
			logs := m.bucket(name + "-logs")
			m.do(m.S3.PutBucketPolicy(m.t.Context(), &s3.PutBucketPolicyInput{Bucket: &logs, Policy: aws.String(forBucket(logs,
				`{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::BUCKET/*"}`))}))
			m.do(m.S3.PutBucketLogging(m.t.Context(), &s3.PutBucketLoggingInput{Bucket: &name, BucketLoggingStatus: &s3types.BucketLoggingStatus{
				LoggingEnabled: &s3types.LoggingEnabled{TargetBucket: &logs, TargetPrefix: aws.String("/logs")},
			}}))
			return name
		}},
		"measured": {kind: "fovea_bucket_metrics", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketMetricsConfiguration(m.t.Context(), &s3.PutBucketMetricsConfigurationInput{Bucket: &name, Id: aws.String("raw"), MetricsConfiguration: &s3types.MetricsConfiguration{
				Id: aws.String("raw"), Filter: &s3types.MetricsFilterMemberAnd{Value: s3types.MetricsAndOperator{Prefix: aws.String("/raw"), Tags: []s3types.Tag{tag}}},
			}}))
			return name + "/raw"
		}},
		"tiered": {kind: "fovea_bucket_intelligent_tiering", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketIntelligentTieringConfiguration(m.t.Context(), &s3.PutBucketIntelligentTieringConfigurationInput{
				Bucket: &name, Id: aws.String("cold"), IntelligentTieringConfiguration: &s3types.IntelligentTieringConfiguration{
					Id: aws.String("cold"), Status: s3types.IntelligentTieringStatusDisabled,
					Filter:   &s3types.IntelligentTieringFilter{Tag: &tag},
					Tierings: []s3types.Tiering{{Days: aws.Int32(730), AccessTier: s3types.IntelligentTieringAccessTierDeepArchiveAccess}},
				},
			}))
			return name + "/cold"
		}},
		"listed": {kind: "fovea_bucket_inventory", changes: []string{"fields"}, make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketInventoryConfiguration(m.t.Context(), &s3.PutBucketInventoryConfigurationInput{
				Bucket: &name, Id: aws.String("lists"), InventoryConfiguration: &s3types.InventoryConfiguration{
					Id: aws.String("lists"), IsEnabled: aws.Bool(false), IncludedObjectVersions: s3types.InventoryIncludedObjectVersionsAll,
					Schedule: &s3types.InventorySchedule{Frequency: s3types.InventoryFrequencyWeekly},
					Filter:   &s3types.InventoryFilter{Prefix: aws.String("/raw")},
					Destination: &s3types.InventoryDestination{S3BucketDestination: &s3types.InventoryS3BucketDestination{
						Bucket: aws.String("arn:aws:s3:::" + m.bucket(name+"-lists")), Format: s3types.InventoryFormatOrc, Prefix: aws.String("lists/"),
					}},
				},
			}))
			return name + "/lists"
		}},
		"policed": {kind: "fovea_bucket_policy", make: func(m maker, name string) string {
			m.bucket(name)
			m.do(m.S3.PutBucketPolicy(m.t.Context(), &s3.PutBucketPolicyInput{Bucket: &name, Policy: aws.String(forBucket(name, tlsStatement, cdnStatement, ownStatement,
				`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-example"}}}`,
				`{"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::BUCKET/*"}`))}))
			return name
		}},
	}
}

func foreignAccess() map[string]foreign {
	const (
		broad = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::fovea-videos","arn:aws:s3:::fovea-videos/*"]}}`
		mfa   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}`
		jobs  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"},` +
			`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`
		slash = `{"Version":"2012-10-17","Statement":[` +
			`{"Sid":"LocateBucket","Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::fovea-videos"},` +
			`{"Sid":"ListVideos","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::fovea-videos","Condition":{"StringLike":{"s3:prefix":"/a*/*"}}},` +
			`{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::fovea-videos//a*/*"}]}`
		pattern = `{"Version":"2012-10-17","Statement":[` +
			`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":"arn:aws:s3:::fovea-*"},` +
			`{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::fovea-*/*"}]}`
		toS3     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		copiesIt = `{"Version":"2012-10-17","Statement":[` +
			`{"Effect":"Allow","Action":["s3:Get*","s3:ListBucket"],"Resource":["arn:aws:s3:::fovea-videos","arn:aws:s3:::fovea-videos/*"]},` +
			`{"Effect":"Allow","Action":["s3:Replicate*"],"Resource":"arn:aws:s3:::fovea-backup/*"}]}`
	)
	return map[string]foreign{
		"broad_user": {kind: "fovea_access_user", changes: []string{"access", "policy"}, make: func(m maker, name string) string { return m.user(name, broad) }},
		"slash_user": {kind: "fovea_access_user", make: func(m maker, name string) string { return m.user(name, slash) }},
		"many_user":  {kind: "fovea_access_user", make: func(m maker, name string) string { return m.user(name, pattern) }},
		"key": {kind: "fovea_access_key", make: func(m maker, name string) string {
			m.do(m.IAM.CreateUser(m.t.Context(), &iam.CreateUserInput{UserName: &name}))
			out, err := m.IAM.CreateAccessKey(m.t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
			m.do(out, err)
			return *out.AccessKey.AccessKeyId
		}},
		"odd_role": {kind: "fovea_access_role", changes: []string{"access", "policy", "trust_policy", "trusted_services"}, make: func(m maker, name string) string {
			return m.role(name, mfa, broad)
		}},
		"job_role": {kind: "fovea_access_role", make: func(m maker, name string) string {
			m.role(name, jobs, pattern)
			m.do(m.IAM.CreateInstanceProfile(m.t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: &name}))
			m.do(m.IAM.AddRoleToInstanceProfile(m.t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &name}))
			return name
		}},
		"copy_role": {kind: "fovea_replication_role", changes: []string{"policy"}, make: func(m maker, name string) string {
			return m.role(name, toS3, copiesIt)
		}},
	}
}
