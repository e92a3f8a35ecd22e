package fakeaws

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// TestNewBucket shows what a bucket has that nobody configured.
func TestNewBucket(t *testing.T) {
	_, c := withBucket(t, Options{})
	sse := must[*s3.GetBucketEncryptionOutput](t)(c.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: videos}))
	rule := sse.ServerSideEncryptionConfiguration.Rules[0]
	if rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm != types.ServerSideEncryptionAes256 || aws.ToBool(rule.BucketKeyEnabled) ||
		len(rule.BlockedEncryptionTypes.EncryptionType) != 1 {
		t.Errorf("encryption %+v", rule)
	}
	access := must[*s3.GetPublicAccessBlockOutput](t)(c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: videos})).PublicAccessBlockConfiguration
	if !*access.BlockPublicAcls || !*access.BlockPublicPolicy || !*access.IgnorePublicAcls || !*access.RestrictPublicBuckets {
		t.Errorf("public access block %+v", access)
	}
	ownership := must[*s3.GetBucketOwnershipControlsOutput](t)(c.GetBucketOwnershipControls(t.Context(), &s3.GetBucketOwnershipControlsInput{Bucket: videos}))
	if got := ownership.OwnershipControls.Rules[0].ObjectOwnership; got != types.ObjectOwnershipBucketOwnerEnforced {
		t.Errorf("ownership %s", got)
	}
	if out := must[*s3.GetBucketVersioningOutput](t)(c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: videos})); out.Status != "" {
		t.Errorf("versioning %s", out.Status)
	}
	if out := must[*s3.GetBucketLoggingOutput](t)(c.GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: videos})); out.LoggingEnabled != nil {
		t.Errorf("logging %+v", out.LoggingEnabled)
	}
	if out := must[*s3.GetBucketRequestPaymentOutput](t)(c.GetBucketRequestPayment(t.Context(), &s3.GetBucketRequestPaymentInput{Bucket: videos})); out.Payer != types.PayerBucketOwner {
		t.Errorf("payer %s", out.Payer)
	}
	if out := must[*s3.GetBucketAccelerateConfigurationOutput](t)(c.GetBucketAccelerateConfiguration(t.Context(), &s3.GetBucketAccelerateConfigurationInput{Bucket: videos})); out.Status != "" {
		t.Errorf("acceleration %s", out.Status)
	}
	acl := must[*s3.GetBucketAclOutput](t)(c.GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: videos}))
	if len(acl.Grants) != 1 || acl.Grants[0].Permission != types.PermissionFullControl || *acl.Grants[0].Grantee.ID != *acl.Owner.ID {
		t.Errorf("ACL %+v", acl.Grants)
	}
	_, err := c.GetBucketWebsite(t.Context(), &s3.GetBucketWebsiteInput{Bucket: videos})
	wantCode(t, err, "NoSuchWebsiteConfiguration")
	_, err = c.GetObjectLockConfiguration(t.Context(), &s3.GetObjectLockConfigurationInput{Bucket: videos})
	wantCode(t, err, "ObjectLockConfigurationNotFoundError")
	_, err = c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: videos})
	wantCode(t, err, "NoSuchTagSet")
	_, err = c.PutBucketWebsite(t.Context(), &s3.PutBucketWebsiteInput{Bucket: videos, WebsiteConfiguration: &types.WebsiteConfiguration{}})
	wantCode(t, err, "NotImplemented")
}

func TestVersioning(t *testing.T) {
	s, c := withBucket(t, Options{})
	judgements{
		"enabled":    {"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", ""},
		"suspended":  {"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>", ""},
		"disabled":   {"<VersioningConfiguration><Status>Disabled</Status></VersioningConfiguration>", "MalformedXML"},
		"nothing":    {"<VersioningConfiguration></VersioningConfiguration>", "IllegalVersioningConfigurationException"},
		"MFA delete": {"<VersioningConfiguration><MfaDelete>Enabled</MfaDelete><Status>Enabled</Status></VersioningConfiguration>", "NotImplemented"},
		"no body":    {"", "MissingRequestBodyError"},
	}.run(t, s, "versioning")
	for _, status := range []types.BucketVersioningStatus{types.BucketVersioningStatusEnabled, types.BucketVersioningStatusSuspended} {
		must[*s3.PutBucketVersioningOutput](t)(c.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
			Bucket: videos, VersioningConfiguration: &types.VersioningConfiguration{Status: status},
		}))
		if out := must[*s3.GetBucketVersioningOutput](t)(c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: videos})); out.Status != status {
			t.Errorf("status %s, want %s", out.Status, status)
		}
	}
}

func TestEncryption(t *testing.T) {
	s, c := withBucket(t, Options{})
	doc := func(elements string) string {
		return "<ServerSideEncryptionConfiguration><Rule>" + elements + "</Rule></ServerSideEncryptionConfiguration>"
	}
	sse := func(elements string) string {
		return "<ApplyServerSideEncryptionByDefault>" + elements + "</ApplyServerSideEncryptionByDefault>"
	}
	const kms = "<SSEAlgorithm>aws:kms</SSEAlgorithm>"
	judgements{
		"SSE-S3":                         {doc(sse("<SSEAlgorithm>AES256</SSEAlgorithm>")), ""},
		"AWS's own KMS key":              {doc(sse(kms) + "<BucketKeyEnabled>true</BucketKeyEnabled>"), ""},
		"a KMS key":                      {doc(sse(kms + "<KMSMasterKeyID>arn:aws:kms:us-east-1:123456789012:key/k</KMSMasterKeyID>")), ""},
		"an ARN of no key":               {doc(sse(kms + "<KMSMasterKeyID>arn:aws:s3:::k</KMSMasterKeyID>")), "KMS.NotFoundException"},
		"a key for SSE-S3":               {doc(sse("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>")), "InvalidArgument"},
		"another algorithm":              {doc(sse("<SSEAlgorithm>aes256</SSEAlgorithm>")), "MalformedXML"},
		"blocked SSE-C":                  {doc("<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>"), ""},
		"another block":                  {doc("<BlockedEncryptionTypes><EncryptionType>SSE-S3</EncryptionType></BlockedEncryptionTypes>"), "MalformedXML"},
		"no rule":                        {"<ServerSideEncryptionConfiguration/>", "MalformedXML"},
		"two rules":                      {strings.Replace(doc(sse(kms)), "<Rule>", "<Rule>"+sse(kms)+"</Rule><Rule>", 1), "MalformedXML"},
		"a key that is nobody's boolean": {doc(sse(kms) + "<BucketKeyEnabled>maybe</BucketKeyEnabled>"), "MalformedXML"},
	}.run(t, s, "encryption")

	if code := judge(t, s, "encryption", doc(sse(kms)+"<BucketKeyEnabled>true</BucketKeyEnabled>")); code != "" {
		t.Fatal(code)
	}
	out := must[*s3.PutObjectOutput](t)(c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: videos, Key: aws.String("k"), Body: strings.NewReader("x")}))
	if out.ServerSideEncryption != types.ServerSideEncryptionAwsKms || !aws.ToBool(out.BucketKeyEnabled) {
		t.Errorf("the default does not act: %s", out.ServerSideEncryption)
	}
	must[*s3.DeleteBucketEncryptionOutput](t)(c.DeleteBucketEncryption(t.Context(), &s3.DeleteBucketEncryptionInput{Bucket: videos}))
	reset := must[*s3.GetBucketEncryptionOutput](t)(c.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: videos}))
	if got := reset.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm; got != types.ServerSideEncryptionAes256 {
		t.Errorf("after delete %s, want AES256", got)
	}
}

func TestPublicAccessBlock(t *testing.T) {
	s, c := withBucket(t, Options{})
	judgements{
		"one switch":      {"<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>", ""},
		"no switch":       {"<PublicAccessBlockConfiguration/>", "InvalidRequest"},
		"unknown switch":  {"<PublicAccessBlockConfiguration><BlockAll>true</BlockAll></PublicAccessBlockConfiguration>", "MalformedXML"},
		"neither of both": {"<PublicAccessBlockConfiguration><BlockPublicPolicy>yes</BlockPublicPolicy></PublicAccessBlockConfiguration>", "MalformedXML"},
	}.run(t, s, "publicAccessBlock")
	must[*s3.PutPublicAccessBlockOutput](t)(c.PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
		Bucket: videos, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)},
	}))
	got := must[*s3.GetPublicAccessBlockOutput](t)(c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: videos})).PublicAccessBlockConfiguration
	if !*got.BlockPublicAcls || *got.BlockPublicPolicy || *got.IgnorePublicAcls || *got.RestrictPublicBuckets {
		t.Errorf("what is left out is off; got %+v", got)
	}
	must[*s3.DeletePublicAccessBlockOutput](t)(c.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: videos}))
	_, err := c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: videos})
	wantCode(t, err, "NoSuchPublicAccessBlockConfiguration")
}

func TestOwnershipAndACLs(t *testing.T) {
	s, c := withBucket(t, Options{})
	doc := func(ownership string) string {
		return "<OwnershipControls><Rule><ObjectOwnership>" + ownership + "</ObjectOwnership></Rule></OwnershipControls>"
	}
	judgements{
		"enforced":  {doc("BucketOwnerEnforced"), ""},
		"preferred": {doc("BucketOwnerPreferred"), ""},
		"writer":    {doc("ObjectWriter"), ""},
		"unknown":   {doc("Owner"), "MalformedXML"},
		"no rule":   {"<OwnershipControls/>", "MalformedXML"},
	}.run(t, s, "ownershipControls")
	judge(t, s, "ownershipControls", doc("BucketOwnerEnforced"))
	acl := func(canned types.BucketCannedACL) error {
		_, err := c.PutBucketAcl(t.Context(), &s3.PutBucketAclInput{Bucket: videos, ACL: canned})
		return err
	}
	if err := acl(types.BucketCannedACLPrivate); err != nil {
		t.Errorf("private: %v", err)
	}
	wantCode(t, acl(types.BucketCannedACLPublicRead), "AccessControlListNotSupported")
	must[*s3.DeleteBucketOwnershipControlsOutput](t)(c.DeleteBucketOwnershipControls(t.Context(), &s3.DeleteBucketOwnershipControlsInput{Bucket: videos}))
	_, err := c.GetBucketOwnershipControls(t.Context(), &s3.GetBucketOwnershipControlsInput{Bucket: videos})
	wantCode(t, err, "OwnershipControlsNotFoundError")
	wantCode(t, acl(types.BucketCannedACLPublicRead), "NotImplemented")
}

func TestTagging(t *testing.T) {
	s, c := withBucket(t, Options{})
	tagXML := func(key, value string) string {
		return "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>"
	}
	doc := func(tags string) string { return "<Tagging><TagSet>" + tags + "</TagSet></Tagging>" }
	var fifty strings.Builder
	for i := range 50 {
		fifty.WriteString(tagXML("k"+strconv.Itoa(i), ""))
	}
	judgements{
		"50 tags":              {doc(fifty.String()), ""},
		"51 tags":              {doc(fifty.String() + tagXML("k", "")), "BadRequest"},
		"no set":               {"<Tagging/>", "MalformedXML"},
		"an empty key":         {doc(tagXML("", "v")), "InvalidTag"},
		"a long key":           {doc(tagXML(strings.Repeat("k", 129), "v")), "InvalidTag"},
		"a long value":         {doc(tagXML("k", strings.Repeat("v", 257))), "InvalidTag"},
		"a key of AWS":         {doc(tagXML("aws:x", "v")), "InvalidTag"},
		"one key twice":        {doc(tagXML("k", "1") + tagXML("k", "2")), "InvalidTag"},
		"keys of another case": {doc(tagXML("k", "1") + tagXML("K", "2")), ""},
		"a forbidden rune":     {doc(tagXML("k!", "v")), "InvalidTag"},
		"a misspelt value":     {doc("<Tag><Key>k</Key><Valu>v</Valu></Tag>"), "MalformedXML"},
		"a tag without value":  {doc("<Tag><Key>k</Key></Tag>"), "MalformedXML"},
	}.run(t, s, "tagging")
	must[*s3.PutBucketTaggingOutput](t)(c.PutBucketTagging(t.Context(), &s3.PutBucketTaggingInput{
		Bucket: videos, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("team"), Value: aws.String("Übung und Plan")}}},
	}))
	get := func() (*s3.GetBucketTaggingOutput, error) {
		return c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: videos})
	}
	if out := must[*s3.GetBucketTaggingOutput](t)(get()); len(out.TagSet) != 1 || *out.TagSet[0].Value != "Übung und Plan" {
		t.Errorf("read back %+v", out.TagSet)
	}
	if code := judge(t, s, "tagging", doc("")); code != "" {
		t.Errorf("an empty set: %s", code)
	}
	_, err := get()
	wantCode(t, err, "NoSuchTagSet")
}
