package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestBucketReplicationInput refuses at plan what S3 would refuse at apply.
func TestBucketReplicationInput(t *testing.T) {
	e := acctest.Start(t)
	rule := func(arguments string) string {
		return "{\n destination = { bucket_arn = \"arn:aws:s3:::fovea-backup\" }\n" + arguments + "\n}"
	}
	to := func(destination, arguments string) string {
		return "{\n destination = {\n" + destination + "\n}\n" + arguments + "\n}"
	}
	const backup = "bucket_arn = \"arn:aws:s3:::fovea-backup\"\n"
	for rules, want := range map[string]string{
		"":                                    "list must contain at least 1 elements and at most 1000 elements",
		rule("") + "," + rule("priority = 2"): `rules[0] and rules[1] both have the id "ReplicateVideos". It is the default. Give each rule an id of its own.`,
		rule("id = \"a\"") + "," + rule("id = \"a\"\npriority = 2"): `rules[0] and rules[1] both have the id "a". Give each rule`,
		rule("id = \"a\"") + "," + rule("id = \"b\""):               `rules[0] and rules[1] both have the priority 1. It is the default. Give each rule a priority of its own.`,
		rule("priority = -1"):                                       "value must be between 0 and 2147483647",
		rule(`status = "On"`):                                       "value must be one of",
		rule(`id = ""`):                                             "string length must be between 1 and 255",
		rule("filter = { tags = { a = \"b\" } }\ndelete_marker_replication = true"): "S3 does not replicate delete markers by a rule that selects objects by tags. Set delete_marker_replication to false, or select by prefix.",
		to(`bucket_arn = "arn:aws:s3:::fovea-videos"`, ""):                          `"fovea-videos" is the source. Name another bucket, best in another region.`,
		to(`bucket_arn = "fovea-backup"`, ""):                                       "it is not an ARN, but perhaps the name of a bucket. It must be the ARN of a bucket",
		to(`bucket_arn = "arn:aws:s3:::fovea-backup/*"`, ""):                        "it is the ARN of objects",
		to(backup+`storage_class = "OUTPOSTS"`, ""):                                 "value must be one of",
		to(backup+`account_id = "42"`, ""):                                          "cannot be used",
		to(backup, "replicate_kms_encrypted_objects = true"):                        "Copies of objects that a KMS key encrypts need a key in the destination's region. Set replica_kms_key_arn of the destination.",
		to(backup+"replica_kms_key_arn = \""+kmsKey+"\"", ""):                       "S3 takes this key only for copies of objects that a KMS key encrypts. Set replicate_kms_encrypted_objects of the rule to true, or leave the key out.",
	} {
		e.Run(t, resource.TestStep{
			Config:   e.Config("resource \"fovea_bucket_replication\" \"this\" {\n bucket = \"fovea-videos\"\n role_arn = \"arn:aws:iam::123456789012:role/x\"\n rules = [%s]\n}\n", rules),
			PlanOnly: true, ExpectError: acctest.Message(want),
		})
	}
	e.Run(t, resource.TestStep{
		Config:   e.Config("resource \"fovea_bucket_replication\" \"this\" {\n bucket = \"fovea-videos\"\n role_arn = \"x\"\n rules = [%s]\n}\n", rule("")),
		PlanOnly: true, ExpectError: acctest.Message(`"x" cannot be used: it is not an ARN`),
	})
}

// TestBucketReplicationUnknown plans rules of which nothing is known yet.
func TestBucketReplicationUnknown(t *testing.T) {
	p := newPair(t)
	p.FakeOnly(t, "moto drops filters")
	p.Run(t, resource.TestStep{Config: p.Config(`
resource "terraform_data" "this" {
  input = {
    id = "Backup", priority = 1, bucket_arn = "arn:aws:s3:::%[1]s", prefix = "a/", class = "STANDARD"
  }
}

resource "fovea_bucket_replication" "this" {
  bucket   = %[2]q
  role_arn = %[3]q
  rules = [for r in [terraform_data.this.output] : {
    id          = r.id
    priority    = r.priority
    filter      = { prefix = r.prefix }
    destination = { bucket_arn = r.bucket_arn, storage_class = r.class }
  }]
}
`, p.backup, p.source, p.roleARN())})
}

// TestBucketReplicationArchive warns of copies that do not play.
func TestBucketReplicationArchive(t *testing.T) {
	p := newPair(t)
	var heard warnings
	config := p.config(fmt.Sprintf("{\n destination = {\n bucket_arn = \"arn:aws:s3:::%s\"\n storage_class = \"DEEP_ARCHIVE\"\n}\n}", p.backup))
	heard.run(t,
		resource.TestStep{Config: config, PostApplyFunc: heard.expect(t, "Videos in DEEP_ARCHIVE are listed, but do not play until they are restored")},
		resource.TestStep{Config: config, PostApplyFunc: heard.expect(t)},
	)
}

// TestBucketReplicationParties names the bucket or role that an apply fails on.
func TestBucketReplicationParties(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(p pair)
		rules   func(p pair) string
		role    string
		want    string // SOURCE, BACKUP and ROLE stand for the names
	}{
		"source without versioning": {
			prepare: func(p pair) { p.version(p.source, s3types.BucketVersioningStatusSuspended) },
			want:    `Replication from SOURCE needs versioning on it and on every destination, and it is not enabled on the source SOURCE. Enable it there (versioning = "Enabled" of fovea_video_bucket)`,
		},
		"destination without versioning": {
			prepare: func(p pair) { p.version(p.backup, s3types.BucketVersioningStatusSuspended) },
			want:    `Replication from SOURCE needs versioning on it and on every destination, and it is not enabled on the destination BACKUP.`,
		},
		"one of two destinations without versioning": {
			prepare: func(p pair) {
				p.makeVersioned(p.backup + "2")
				p.version(p.backup, s3types.BucketVersioningStatusSuspended)
			},
			rules: func(p pair) string {
				return p.rule("") + ", {\n id = \"2\"\n priority = 2\n destination = { bucket_arn = \"arn:aws:s3:::" + p.backup + "2\" }\n}"
			},
			want: `and it is not enabled on the destination BACKUP.`,
		},
		"no destination": {
			rules: func(p pair) string {
				return p.rule("") + ", {\n id = \"2\"\n priority = 2\n destination = { bucket_arn = \"arn:aws:s3:::" + p.backup + "2\" }\n}"
			},
			want: `Replication from SOURCE goes to BACKUP2, which does not exist, or not where these credentials can see it. Create that bucket first, with versioning enabled, or correct bucket_arn.`,
		},
		"no role": {
			role: "-none",
			want: `The replication of SOURCE is to assume arn:aws:iam::123456789012:role/ROLE-none, which does not exist. Make it first`,
		},
		"role of EC2": {
			prepare: func(p pair) { makeRole(p.t, p.Env, p.role+"-ec2", "ec2.amazonaws.com") },
			role:    "-ec2",
			want:    `whose trust policy does not let S3 in:`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			p.FakeOnly(t, "moto does not look at the parties")
			if tt.prepare != nil {
				tt.prepare(p)
			}
			rules := p.rule("")
			if tt.rules != nil {
				rules = tt.rules(p)
			}
			want := strings.NewReplacer("SOURCE", p.source, "BACKUP", p.backup, "ROLE", p.role).Replace(tt.want)
			p.Run(t, resource.TestStep{Config: p.configAs(p.role+tt.role, rules), ExpectError: acctest.Message(want)})
		})
	}
}

// TestBucketReplicationPassRole lacks the permission to hand the role to S3.
func TestBucketReplicationPassRole(t *testing.T) {
	p := newPair(t)
	p.FakeOnly(t, "moto checks no permissions")
	name := acctest.Name(t)
	makeUser(t, p.Env, name)
	_, err := p.IAM.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("S3"), PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","iam:GetRole"],"Resource":"*"}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	as := p
	as.Env = p.As(makeKey(t, p.Env, name))
	as.Run(t, resource.TestStep{
		Config:      as.config(as.rule("")),
		ExpectError: acctest.Message("Could not write the replication configuration of " + p.source + "\n\n  with fovea_bucket_replication.this"),
	}, resource.TestStep{
		Config:      as.config(as.rule("")),
		ExpectError: acctest.Message("The credentials in use need s3:PutReplicationConfiguration on the bucket " + p.source + ", and iam:PassRole on the role " + p.roleARN()),
	})
}

// TestReplicationTogether makes buckets, role and replication in one apply, with
// KMS, and takes them away again.
func TestReplicationTogether(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto drops KMS")
	name := acctest.Name(t)
	config := e.Config(`
resource "fovea_video_bucket" "videos" {
  bucket = "%[1]s-a"
}

resource "fovea_video_bucket" "backup" {
  bucket = "%[1]s-b"
  region = "eu-west-1"
}

resource "fovea_replication_role" "this" {
  name                    = %[1]q
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
  source_kms_key_arns     = [%[2]q]
  replica_kms_key_arns    = [%[2]q]
}

resource "fovea_bucket_replication" "this" {
  bucket   = fovea_video_bucket.videos.bucket
  role_arn = fovea_replication_role.this.arn
  rules = [{
    destination                     = { bucket_arn = fovea_video_bucket.backup.arn, replica_kms_key_arn = %[2]q }
    replicate_kms_encrypted_objects = true
  }]
}
`, name, kmsKey)
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
	)
}
