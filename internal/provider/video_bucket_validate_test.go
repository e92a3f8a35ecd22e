package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestVideoBucketBadInput reads what users get to read.
func TestVideoBucketBadInput(t *testing.T) {
	key := `kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"`
	refuses(t, "fovea_video_bucket", map[string]badInput{
		"short name":         {`bucket = "v1"`, `"v1" cannot be used: it has fewer than 3 characters. A bucket's name has 3 to 63 characters, lower-case letters, digits, dots and hyphens`},
		"long name":          {`bucket = "` + strings.Repeat("v", 64) + `"`, "it has more than 63 characters"},
		"capitals":           {`bucket = "VIDEOS"`, `"VIDEOS" cannot be used: it has the upper-case letter V`},
		"underscore":         {`bucket = "my_videos"`, `it has the character '_'`},
		"hyphen in front":    {`bucket = "-videos"`, "it does not begin with a letter or digit"},
		"dot at the end":     {`bucket = "videos."`, "it does not end in a letter or digit"},
		"two dots":           {`bucket = "my..videos"`, "it has two dots in a row"},
		"IP address":         {`bucket = "192.168.5.4"`, "it looks like an IP address"},
		"reserved beginning": {`bucket = "xn--videos"`, "S3 keeps names that begin with xn-- for itself"},
		"reserved end":       {`bucket = "videos-s3alias"`, "S3 keeps names that end in -s3alias for itself"},
		"no name":            {``, "No attribute specified when one (and only one) of [bucket,bucket_prefix] is required"},
		"two names":          {"bucket = \"videos\"\nbucket_prefix = \"videos-\"", "2 attributes specified when one (and only one) of [bucket,bucket_prefix] is required"},
		"empty prefix":       {`bucket_prefix = ""`, "Invalid bucket prefix"},
		"long prefix":        {`bucket_prefix = "` + strings.Repeat("v", 38) + `"`, "it has more than 37 characters, which leaves no room for the 26 that are added"},
		"capitals in prefix": {`bucket_prefix = "Videos-"`, "it has the upper-case letter V"},
		"versioning":         {"bucket = \"videos\"\nversioning = \"Off\"", `versioning value must be one of: ["Enabled" "Suspended" "Disabled"], got: "Off"`},
		"ownership":          {"bucket = \"videos\"\nobject_ownership = \"Enforced\"", `must be one of: ["BucketOwnerEnforced" "BucketOwnerPreferred" "ObjectWriter"]`},
		"algorithm":          {"bucket = \"videos\"\nencryption = { algorithm = \"KMS\" }", `must be one of: ["AES256" "aws:kms" "aws:kms:dsse"]`},
		"key without KMS":    {"bucket = \"videos\"\nencryption = { " + key + " }", `A KMS key without KMS encryption`},
		"key that is none":   {"bucket = \"videos\"\nencryption = {\n algorithm = \"aws:kms\"\n kms_key_arn = \"arn:aws:s3:::videos\"\n}", `"arn:aws:s3:::videos" cannot be used: it is an ARN of s3. It must be the ARN of a key like "arn:aws:kms:us-east-1:123456789012:`},
		"reserved tag":       {"bucket = \"videos\"\ntags = { \"aws:x\" = \"y\" }", `The tag "aws:x" cannot be used: AWS keeps keys that begin with aws: for itself.`},
		"tag without value":  {"bucket = \"videos\"\ntags = { team = null }", `The tag "team" cannot be used: the value is null; leave the tag out instead.`},
		"endless timeout":    {"bucket = \"videos\"\ntimeouts {\n create = \"soon\"\n}", `"soon" must be a string containing a sequence of decimal numbers`},
	})
}

// TestVideoBucketUnknownRegion is found out only once the provider is configured.
func TestVideoBucketUnknownRegion(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t, resource.TestStep{
		Config:      bucketConfig(e, acctest.Name(t), `region = "us-esat-1"`),
		PlanOnly:    true,
		ExpectError: inOrder(`region = "us-esat-1"`, `"us-esat-1" is not a region of AWS, such as "us-east-1".`),
	})
}

// TestVideoBucketOfAModule sets arguments by variables that are null, as modules
// do.
func TestVideoBucketOfAModule(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	e.Run(t, resource.TestStep{
		Config: `
variable "kms_key_arn" {
  type    = string
  default = null
}
variable "nothing" {
  default = null
}
` + bucketConfig(e, name, `
  region           = var.nothing
  versioning       = var.nothing
  object_ownership = var.nothing
  tags             = var.nothing
  encryption = {
    algorithm   = "AES256"
    kms_key_arn = var.kms_key_arn
  }
  public_access_block = {
    block_public_acls = var.nothing
  }
`),
		ConfigStateChecks: defaultsInState(name),
	})
}

// TestVideoBucketEncryption goes through what encryption can say.
func TestVideoBucketEncryption(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	const key = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
	state := func(algorithm string, key knownvalue.Check, bucketKey bool) []statecheck.StateCheck {
		return []statecheck.StateCheck{bucketState("encryption", knownvalue.ObjectExact(map[string]knownvalue.Check{
			"algorithm": knownvalue.StringExact(algorithm), "kms_key_arn": key, "bucket_key_enabled": knownvalue.Bool(bucketKey),
		}))}
	}
	encrypted := func(arguments string) string { return bucketConfig(e, name, "encryption = {\n"+arguments+"\n}") }
	e.Run(t,
		resource.TestStep{Config: encrypted(`algorithm = "aws:kms"`), ConfigStateChecks: state("aws:kms", knownvalue.Null(), false)},
		resource.TestStep{Config: encrypted("algorithm = \"aws:kms\"\nkms_key_arn = \"" + key + "\""), ConfigStateChecks: state("aws:kms", knownvalue.StringExact(key), false)},
		resource.TestStep{Config: encrypted("algorithm = \"aws:kms:dsse\"\nkms_key_arn = \"" + key + "\""), ConfigStateChecks: state("aws:kms:dsse", knownvalue.StringExact(key), false)},
		resource.TestStep{Config: encrypted("algorithm = \"aws:kms\"\nbucket_key_enabled = true"), ConfigStateChecks: state("aws:kms", knownvalue.Null(), true)},
		resource.TestStep{Config: encrypted(""), ConfigStateChecks: state("AES256", knownvalue.Null(), false)},
	)
}
