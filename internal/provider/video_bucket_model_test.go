package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

func TestBucketNamesMadeUp(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	made := map[string]bool{}
	for range 100 {
		m := videoBucketModel{Bucket: types.StringUnknown(), BucketPrefix: types.StringValue("fovea-")}
		m.name(now)
		name := m.Bucket.ValueString()
		if len(name) != len("fovea-")+26 || name[:20] != "fovea-20260102020405" || !m.ID.Equal(m.Bucket) {
			t.Fatalf("made up %s, with the id %s", name, m.ID)
		}
		made[name] = true
	}
	if len(made) != 100 {
		t.Errorf("%d names of 100 are different", len(made))
	}
	given := videoBucketModel{Bucket: types.StringValue("videos")}
	given.name(now)
	if given.Bucket.ValueString() != "videos" || given.ID.ValueString() != "videos" {
		t.Errorf("named %s, with the id %s", given.Bucket, given.ID)
	}
}

func TestBucketPlaces(t *testing.T) {
	for _, tt := range []struct{ partition, region, arn, domain, regional, zone string }{
		{"aws", "us-east-1", "arn:aws:s3:::videos", "videos.s3.amazonaws.com", "videos.s3.us-east-1.amazonaws.com", "Z3AQBSTGFYJSTF"},
		{"aws", "eu-west-1", "arn:aws:s3:::videos", "videos.s3.amazonaws.com", "videos.s3.eu-west-1.amazonaws.com", "Z1BKCTXD74EZPE"},
		{"aws-cn", "cn-north-1", "arn:aws-cn:s3:::videos", "videos.s3.amazonaws.com.cn", "videos.s3.cn-north-1.amazonaws.com.cn", "Z5CN8UMXT92WN"},
		{"aws-us-gov", "us-gov-west-1", "arn:aws-us-gov:s3:::videos", "videos.s3.amazonaws.com", "videos.s3.us-gov-west-1.amazonaws.com", "Z31GFT0UA1I2HV"},
		{"aws", "garage", "arn:aws:s3:::videos", "videos.s3.amazonaws.com", "videos.s3.garage.amazonaws.com", ""},
	} {
		m := videoBucketModel{Bucket: types.StringValue("videos")}
		m.place(tt.partition, tt.region)
		want := videoBucketModel{
			ID: types.StringValue("videos"), Bucket: types.StringValue("videos"), Region: types.StringValue(tt.region), ARN: types.StringValue(tt.arn),
			BucketDomainName: types.StringValue(tt.domain), BucketRegionalDomainName: types.StringValue(tt.regional), HostedZoneID: types.StringValue(tt.zone),
		}
		if tt.zone == "" {
			want.HostedZoneID = types.StringNull()
		}
		if m.ID != want.ID || m.Region != want.Region || m.ARN != want.ARN || m.BucketDomainName != want.BucketDomainName ||
			m.BucketRegionalDomainName != want.BucketRegionalDomainName || m.HostedZoneID != want.HostedZoneID {
			t.Errorf("%s: got %s %s %s %s %s", tt.region, m.ID, m.ARN, m.BucketDomainName, m.BucketRegionalDomainName, m.HostedZoneID)
		}
	}
}

func TestBucketDocumentsTravel(t *testing.T) {
	var diags diag.Diagnostics
	for _, e := range []s3bucket.EncryptionSettings{
		{Algorithm: "AES256"},
		{Algorithm: "aws:kms", BucketKey: true},
		{Algorithm: "aws:kms:dsse", KMSKeyARN: "arn:aws:kms:us-east-1:123456789012:key/x"},
	} {
		if got := (videoBucketModel{Encryption: flattenEncryption(e)}).expandEncryption(t.Context(), &diags); got != e {
			t.Errorf("%+v came back as %+v", e, got)
		}
	}
	for i := range 16 {
		b := s3bucket.PublicAccess{BlockPublicACLs: i&1 != 0, BlockPublicPolicy: i&2 != 0, IgnorePublicACLs: i&4 != 0, RestrictPublicBuckets: i&8 != 0}
		if got := (videoBucketModel{PublicAccessBlock: flattenPublicAccessBlock(b)}).expandPublicAccessBlock(t.Context(), &diags); got != b {
			t.Errorf("%+v came back as %+v", b, got)
		}
	}
	if diags.HasError() {
		t.Error(diags)
	}
}
