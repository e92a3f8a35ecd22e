package s3api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

// TestBareDocuments puts documents that have nothing, or too much, in them.
func TestBareDocuments(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	for query, tt := range map[string]struct{ root, list, empty string }{
		"versioning":               {"VersioningConfiguration", "", "IllegalVersioningConfigurationException"},
		"encryption":               {"ServerSideEncryptionConfiguration", "Rule", "MalformedXML"},
		"publicAccessBlock":        {"PublicAccessBlockConfiguration", "", "InvalidRequest"},
		"ownershipControls":        {"OwnershipControls", "Rule", "MalformedXML"},
		"tagging":                  {"Tagging", "TagSet", "MalformedXML"},
		"cors":                     {"CORSConfiguration", "CORSRule", "MalformedXML"},
		"lifecycle":                {"LifecycleConfiguration", "Rule", "MalformedXML"},
		"replication":              {"ReplicationConfiguration", "Rule", "MalformedXML"},
		"logging":                  {"BucketLoggingStatus", "LoggingEnabled", ""}, // switches off
		"notification":             {"NotificationConfiguration", "QueueConfiguration", ""},
		"intelligent-tiering&id=x": {"IntelligentTieringConfiguration", "Tiering", "MalformedXML"},
		"metrics&id=x":             {"MetricsConfiguration", "Filter", "MalformedXML"},
		"inventory&id=x":           {"InventoryConfiguration", "Destination", "MalformedXML"},
	} {
		if code := fakeawstest.Judge(t, s, query, "<"+tt.root+"/>"); code != tt.empty {
			t.Errorf("%s, empty: code %q, want %q", query, code, tt.empty)
		}
		for _, content := range []string{"<Colour>red</Colour>", "<" + tt.list + "><Colour>red</Colour></" + tt.list + ">"} {
			if tt.list == "" {
				continue
			}
			if code := fakeawstest.Judge(t, s, query, "<"+tt.root+">"+content+"</"+tt.root+">"); code != "MalformedXML" {
				t.Errorf("%s with %s: code %q, want MalformedXML", query, content, code)
			}
		}
		if code := fakeawstest.Judge(t, s, query, "<"+tt.root); code != "MalformedXML" {
			t.Errorf("%s, cut off: code %q", query, code)
		}
	}
}

// TestChecksumIsRequired covers the writes of which S3 demands one.
func TestChecksumIsRequired(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	for _, query := range []string{"cors", "lifecycle", "tagging", "replication"} {
		if a := fakeawstest.Ask(t, s, s.Root(), http.MethodPut, "/videos?"+query, "", nil); a.Code != "InvalidRequest" {
			t.Errorf("%s: %d %s", query, a.Status, a.Code)
		}
	}
}

// TestNewBucket shows what a bucket has that nobody configured.
func TestNewBucket(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	sse := fakeawstest.Must[*s3.GetBucketEncryptionOutput](t)(c.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: fakeawstest.Videos}))
	rule := sse.ServerSideEncryptionConfiguration.Rules[0]
	if rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm != types.ServerSideEncryptionAes256 || aws.ToBool(rule.BucketKeyEnabled) ||
		len(rule.BlockedEncryptionTypes.EncryptionType) != 1 {
		t.Errorf("encryption %+v", rule)
	}
	access := fakeawstest.Must[*s3.GetPublicAccessBlockOutput](t)(c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: fakeawstest.Videos})).PublicAccessBlockConfiguration
	if !*access.BlockPublicAcls || !*access.BlockPublicPolicy || !*access.IgnorePublicAcls || !*access.RestrictPublicBuckets {
		t.Errorf("public access block %+v", access)
	}
	ownership := fakeawstest.Must[*s3.GetBucketOwnershipControlsOutput](t)(c.GetBucketOwnershipControls(t.Context(), &s3.GetBucketOwnershipControlsInput{Bucket: fakeawstest.Videos}))
	if got := ownership.OwnershipControls.Rules[0].ObjectOwnership; got != types.ObjectOwnershipBucketOwnerEnforced {
		t.Errorf("ownership %s", got)
	}
	if out := fakeawstest.Must[*s3.GetBucketVersioningOutput](t)(c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: fakeawstest.Videos})); out.Status != "" {
		t.Errorf("versioning %s", out.Status)
	}
	if out := fakeawstest.Must[*s3.GetBucketLoggingOutput](t)(c.GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: fakeawstest.Videos})); out.LoggingEnabled != nil {
		t.Errorf("logging %+v", out.LoggingEnabled)
	}
	if out := fakeawstest.Must[*s3.GetBucketRequestPaymentOutput](t)(c.GetBucketRequestPayment(t.Context(), &s3.GetBucketRequestPaymentInput{Bucket: fakeawstest.Videos})); out.Payer != types.PayerBucketOwner {
		t.Errorf("payer %s", out.Payer)
	}
	if out := fakeawstest.Must[*s3.GetBucketAccelerateConfigurationOutput](t)(c.GetBucketAccelerateConfiguration(t.Context(), &s3.GetBucketAccelerateConfigurationInput{Bucket: fakeawstest.Videos})); out.Status != "" {
		t.Errorf("acceleration %s", out.Status)
	}
	acl := fakeawstest.Must[*s3.GetBucketAclOutput](t)(c.GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: fakeawstest.Videos}))
	if len(acl.Grants) != 1 || acl.Grants[0].Permission != types.PermissionFullControl || *acl.Grants[0].Grantee.ID != *acl.Owner.ID {
		t.Errorf("ACL %+v", acl.Grants)
	}
	_, err := c.GetBucketWebsite(t.Context(), &s3.GetBucketWebsiteInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "NoSuchWebsiteConfiguration")
	_, err = c.GetObjectLockConfiguration(t.Context(), &s3.GetObjectLockConfigurationInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "ObjectLockConfigurationNotFoundError")
	_, err = c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "NoSuchTagSet")
	_, err = c.PutBucketWebsite(t.Context(), &s3.PutBucketWebsiteInput{Bucket: fakeawstest.Videos, WebsiteConfiguration: &types.WebsiteConfiguration{}})
	fakeawstest.WantCode(t, err, "NotImplemented")
}

func TestVersioning(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Judgements{
		"enabled":    {"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", ""},
		"suspended":  {"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>", ""},
		"disabled":   {"<VersioningConfiguration><Status>Disabled</Status></VersioningConfiguration>", "MalformedXML"},
		"nothing":    {"<VersioningConfiguration></VersioningConfiguration>", "IllegalVersioningConfigurationException"},
		"MFA delete": {"<VersioningConfiguration><MfaDelete>Enabled</MfaDelete><Status>Enabled</Status></VersioningConfiguration>", "NotImplemented"},
		"no body":    {"", "MissingRequestBodyError"},
	}.Run(t, s, "versioning")
	for _, status := range []types.BucketVersioningStatus{types.BucketVersioningStatusEnabled, types.BucketVersioningStatusSuspended} {
		fakeawstest.Must[*s3.PutBucketVersioningOutput](t)(c.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
			Bucket: fakeawstest.Videos, VersioningConfiguration: &types.VersioningConfiguration{Status: status},
		}))
		if out := fakeawstest.Must[*s3.GetBucketVersioningOutput](t)(c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: fakeawstest.Videos})); out.Status != status {
			t.Errorf("status %s, want %s", out.Status, status)
		}
	}
}

func TestEncryption(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	doc := func(elements string) string {
		return "<ServerSideEncryptionConfiguration><Rule>" + elements + "</Rule></ServerSideEncryptionConfiguration>"
	}
	sse := func(elements string) string {
		return "<ApplyServerSideEncryptionByDefault>" + elements + "</ApplyServerSideEncryptionByDefault>"
	}
	const kms = "<SSEAlgorithm>aws:kms</SSEAlgorithm>"
	fakeawstest.Judgements{
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
	}.Run(t, s, "encryption")

	if code := fakeawstest.Judge(t, s, "encryption", doc(sse(kms)+"<BucketKeyEnabled>true</BucketKeyEnabled>")); code != "" {
		t.Fatal(code)
	}
	out := fakeawstest.Must[*s3.PutObjectOutput](t)(c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), Body: strings.NewReader("x")}))
	if out.ServerSideEncryption != types.ServerSideEncryptionAwsKms || !aws.ToBool(out.BucketKeyEnabled) {
		t.Errorf("the default does not act: %s", out.ServerSideEncryption)
	}
	fakeawstest.Must[*s3.DeleteBucketEncryptionOutput](t)(c.DeleteBucketEncryption(t.Context(), &s3.DeleteBucketEncryptionInput{Bucket: fakeawstest.Videos}))
	reset := fakeawstest.Must[*s3.GetBucketEncryptionOutput](t)(c.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: fakeawstest.Videos}))
	if got := reset.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm; got != types.ServerSideEncryptionAes256 {
		t.Errorf("after delete %s, want AES256", got)
	}
}

func TestPublicAccessBlock(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Judgements{
		"one switch":      {"<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>", ""},
		"no switch":       {"<PublicAccessBlockConfiguration/>", "InvalidRequest"},
		"unknown switch":  {"<PublicAccessBlockConfiguration><BlockAll>true</BlockAll></PublicAccessBlockConfiguration>", "MalformedXML"},
		"neither of both": {"<PublicAccessBlockConfiguration><BlockPublicPolicy>yes</BlockPublicPolicy></PublicAccessBlockConfiguration>", "MalformedXML"},
	}.Run(t, s, "publicAccessBlock")
	fakeawstest.Must[*s3.PutPublicAccessBlockOutput](t)(c.PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
		Bucket: fakeawstest.Videos, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)},
	}))
	got := fakeawstest.Must[*s3.GetPublicAccessBlockOutput](t)(c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: fakeawstest.Videos})).PublicAccessBlockConfiguration
	if !*got.BlockPublicAcls || *got.BlockPublicPolicy || *got.IgnorePublicAcls || *got.RestrictPublicBuckets {
		t.Errorf("what is left out is off; got %+v", got)
	}
	fakeawstest.Must[*s3.DeletePublicAccessBlockOutput](t)(c.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: fakeawstest.Videos}))
	_, err := c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "NoSuchPublicAccessBlockConfiguration")
}

func TestOwnershipAndACLs(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	doc := func(ownership string) string {
		return "<OwnershipControls><Rule><ObjectOwnership>" + ownership + "</ObjectOwnership></Rule></OwnershipControls>"
	}
	fakeawstest.Judgements{
		"enforced":  {doc("BucketOwnerEnforced"), ""},
		"preferred": {doc("BucketOwnerPreferred"), ""},
		"writer":    {doc("ObjectWriter"), ""},
		"unknown":   {doc("Owner"), "MalformedXML"},
		"no rule":   {"<OwnershipControls/>", "MalformedXML"},
	}.Run(t, s, "ownershipControls")
	fakeawstest.Judge(t, s, "ownershipControls", doc("BucketOwnerEnforced"))
	acl := func(canned types.BucketCannedACL) error {
		_, err := c.PutBucketAcl(t.Context(), &s3.PutBucketAclInput{Bucket: fakeawstest.Videos, ACL: canned})
		return err
	}
	if err := acl(types.BucketCannedACLPrivate); err != nil {
		t.Errorf("private: %v", err)
	}
	fakeawstest.WantCode(t, acl(types.BucketCannedACLPublicRead), "AccessControlListNotSupported")
	fakeawstest.Must[*s3.DeleteBucketOwnershipControlsOutput](t)(c.DeleteBucketOwnershipControls(t.Context(), &s3.DeleteBucketOwnershipControlsInput{Bucket: fakeawstest.Videos}))
	_, err := c.GetBucketOwnershipControls(t.Context(), &s3.GetBucketOwnershipControlsInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "OwnershipControlsNotFoundError")
	fakeawstest.WantCode(t, acl(types.BucketCannedACLPublicRead), "NotImplemented")
}

func TestTagging(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	tagXML := func(key, value string) string {
		return "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>"
	}
	doc := func(tags string) string { return "<Tagging><TagSet>" + tags + "</TagSet></Tagging>" }
	var fifty strings.Builder
	for i := range 50 {
		fifty.WriteString(tagXML("k"+strconv.Itoa(i), ""))
	}
	fakeawstest.Judgements{
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
	}.Run(t, s, "tagging")
	fakeawstest.Must[*s3.PutBucketTaggingOutput](t)(c.PutBucketTagging(t.Context(), &s3.PutBucketTaggingInput{
		Bucket: fakeawstest.Videos, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("team"), Value: aws.String("Übung und Plan")}}},
	}))
	get := func() (*s3.GetBucketTaggingOutput, error) {
		return c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: fakeawstest.Videos})
	}
	if out := fakeawstest.Must[*s3.GetBucketTaggingOutput](t)(get()); len(out.TagSet) != 1 || *out.TagSet[0].Value != "Übung und Plan" {
		t.Errorf("read back %+v", out.TagSet)
	}
	if code := fakeawstest.Judge(t, s, "tagging", doc("")); code != "" {
		t.Errorf("an empty set: %s", code)
	}
	_, err := get()
	fakeawstest.WantCode(t, err, "NoSuchTagSet")
}
