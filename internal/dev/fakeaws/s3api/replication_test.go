package s3api_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

const backupRule = "<Status>Enabled</Status><Filter/><Priority>1</Priority><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>" +
	"<Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination>"

func replicationDocument(role string, rules ...string) string {
	return "<ReplicationConfiguration><Role>" + role + "</Role><Rule>" + strings.Join(rules, "</Rule><Rule>") + "</Rule></ReplicationConfiguration>"
}

// withBackup adds a bucket in another region, both versioned, and a role.
func withBackup(t *testing.T) (s *fakeaws.Server, c *s3.Client, role string) {
	t.Helper()
	s, c = fakeawstest.WithBucket(t, fakeaws.Options{})
	west := fakeawstest.Client(s, s.Root(), fakeawstest.InRegion("us-west-2"))
	fakeawstest.Must[*s3.CreateBucketOutput](t)(west.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: aws.String("backup"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "us-west-2"},
	}))
	if err := fakeawstest.PutVersioning(t, c, "videos", types.BucketVersioningStatusEnabled); err != nil {
		t.Fatal(err)
	}
	if err := fakeawstest.PutVersioning(t, west, "backup", types.BucketVersioningStatusEnabled); err != nil {
		t.Fatal(err)
	}
	return s, c, fakeawstest.NewRole(t, s, "replication", "s3.amazonaws.com")
}

func TestReplicationRoundTrip(t *testing.T) {
	s, c, role := withBackup(t)
	get := func() (*s3.GetBucketReplicationOutput, error) {
		return c.GetBucketReplication(t.Context(), &s3.GetBucketReplicationInput{Bucket: fakeawstest.Videos})
	}
	_, err := get()
	fakeawstest.WantCode(t, err, "ReplicationConfigurationNotFoundError")
	fifteen := &types.ReplicationTimeValue{Minutes: aws.Int32(15)}
	fakeawstest.Must[*s3.PutBucketReplicationOutput](t)(c.PutBucketReplication(t.Context(), &s3.PutBucketReplicationInput{
		Bucket: fakeawstest.Videos,
		ReplicationConfiguration: &types.ReplicationConfiguration{Role: &role, Rules: []types.ReplicationRule{{
			ID: aws.String("all"), Priority: aws.Int32(0), Status: types.ReplicationRuleStatusEnabled,
			Filter:                  &types.ReplicationRuleFilter{Prefix: aws.String("")},
			DeleteMarkerReplication: &types.DeleteMarkerReplication{Status: types.DeleteMarkerReplicationStatusDisabled},
			Destination: &types.Destination{
				Bucket: aws.String("arn:aws:s3:::backup"), StorageClass: types.StorageClassStandardIa,
				ReplicationTime: &types.ReplicationTime{Status: types.ReplicationTimeStatusEnabled, Time: fifteen},
				Metrics:         &types.Metrics{Status: types.MetricsStatusEnabled, EventThreshold: fifteen},
			},
		}}},
	}))
	got := fakeawstest.Must[*s3.GetBucketReplicationOutput](t)(get()).ReplicationConfiguration
	if *got.Role != role || *got.Rules[0].ID != "all" || *got.Rules[0].Destination.ReplicationTime.Time.Minutes != 15 {
		t.Errorf("read back %+v", got)
	}
	fakeawstest.WantCode(t, fakeawstest.PutVersioning(t, c, "videos", types.BucketVersioningStatusSuspended), "InvalidBucketState")
	fakeawstest.Must[*s3.DeleteBucketReplicationOutput](t)(c.DeleteBucketReplication(t.Context(), &s3.DeleteBucketReplicationInput{Bucket: fakeawstest.Videos}))
	_, err = get()
	fakeawstest.WantCode(t, err, "ReplicationConfigurationNotFoundError")
	if err := fakeawstest.PutVersioning(t, c, "videos", types.BucketVersioningStatusSuspended); err != nil {
		t.Errorf("suspending a source no more: %v", err)
	}
	if code := fakeawstest.Judge(t, s, "replication", replicationDocument(role, backupRule)); code != "InvalidRequest" {
		t.Errorf("a source that is suspended: %q", code)
	}
}

func TestReplicationRules(t *testing.T) {
	s, _, role := withBackup(t)
	change := func(old, replacement string) string {
		return replicationDocument(role, strings.Replace(backupRule, old, replacement, 1))
	}
	destination := func(more string) string { return change("</Destination>", more+"</Destination>") }
	second := strings.Replace(backupRule, "<Priority>1", "<Priority>2", 1)
	const (
		markers  = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"
		timed    = "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>"
		measured = "<Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics>"
		tagged   = "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"
		kms      = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>"
		key      = "<EncryptionConfiguration><ReplicaKmsKeyID>arn:aws:kms:us-west-2:123456789012:key/k</ReplicaKmsKeyID></EncryptionConfiguration>"
	)
	fakeawstest.Judgements{
		"one rule":                    {replicationDocument(role, backupRule), ""},
		"two rules":                   {replicationDocument(role, backupRule, second), ""},
		"no rule":                     {"<ReplicationConfiguration><Role>" + role + "</Role></ReplicationConfiguration>", "MalformedXML"},
		"the older form":              {replicationDocument(role, "<Status>Enabled</Status><Prefix/><Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination>"), ""},
		"priority in the older form":  {change("<Filter/>", "<Prefix/>"), "InvalidRequest"},
		"no priority":                 {change("<Priority>1</Priority>", ""), "InvalidRequest"},
		"one priority twice":          {replicationDocument(role, backupRule, backupRule), "InvalidRequest"},
		"one id twice":                {replicationDocument(role, "<ID>a</ID>"+backupRule, "<ID>a</ID>"+second), "InvalidArgument"},
		"no word on delete markers":   {change(markers, ""), "InvalidRequest"},
		"delete markers":              {change("<Status>Disabled</Status></D", "<Status>Enabled</Status></D"), ""},
		"tags":                        {change("<Filter/>", tagged), ""},
		"tags and delete markers":     {strings.Replace(change("<Filter/>", tagged), "<Status>Disabled</Status></D", "<Status>Enabled</Status></D", 1), "InvalidRequest"},
		"time control":                {destination(timed + measured), ""},
		"time control, no metrics":    {destination(timed), "InvalidRequest"},
		"metrics, no time control":    {destination(measured), "InvalidRequest"},
		"30 minutes":                  {strings.ReplaceAll(destination(timed+measured), ">15<", ">30<"), "InvalidArgument"},
		"an unknown class":            {destination("<StorageClass>COLD</StorageClass>"), "MalformedXML"},
		"KMS objects":                 {strings.Replace(destination(key), "<Destination>", kms+"<Destination>", 1), ""},
		"KMS objects without a key":   {change("<Destination>", kms+"<Destination>"), "InvalidRequest"},
		"a key without KMS objects":   {destination(key), "InvalidRequest"},
		"ownership without account":   {destination("<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>"), "InvalidRequest"},
		"another owner's account":     {destination("<Account>999999999999</Account>"), "InvalidRequest"},
		"the source as destination":   {change("backup", "videos"), "InvalidRequest"},
		"no such destination":         {change("backup", "nowhere"), "InvalidRequest"},
		"a destination that's no ARN": {change("arn:aws:s3:::backup", "backup"), "InvalidArgument"},
		"a role that is none":         {replicationDocument("replication", backupRule), "InvalidArgument"},
		"no such role":                {replicationDocument(role+"x", backupRule), "InvalidRequest"},
		"another service's role":      {replicationDocument(fakeawstest.NewRole(t, s, "web", "ec2.amazonaws.com"), backupRule), "InvalidRequest"},
		"another account's role":      {replicationDocument(strings.Replace(role, "123456789012", "999999999999", 1), backupRule), "AccessDenied"},
		"existing objects":            {change("<Destination>", "<ExistingObjectReplication><Status>Enabled</Status></ExistingObjectReplication><Destination>"), "NotImplemented"},
	}.Run(t, s, "replication")
}

func TestReplicationNeedsVersions(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	role := fakeawstest.NewRole(t, s, "replication", "s3.amazonaws.com")
	fakeawstest.Must[*s3.CreateBucketOutput](t)(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("backup")}))
	put := func() fakeawstest.Answer {
		return fakeawstest.Ask(t, s, s.Root(), "PUT", "/videos?replication", replicationDocument(role, backupRule), nil)
	}
	if a := put(); a.Code != "InvalidRequest" || !strings.Contains(a.Message, "Versioning must be 'Enabled' on the bucket") {
		t.Errorf("unversioned source: %s %s", a.Code, a.Message)
	}
	if err := fakeawstest.PutVersioning(t, c, "videos", types.BucketVersioningStatusEnabled); err != nil {
		t.Fatal(err)
	}
	if a := put(); a.Code != "InvalidRequest" || !strings.Contains(a.Message, "Destination bucket must have versioning enabled") {
		t.Errorf("unversioned destination: %s %s", a.Code, a.Message)
	}
}

func TestReplicationNeedsPassRole(t *testing.T) {
	s, _, role := withBackup(t)
	const mayConfigure = `{"Effect":"Allow","Action":"s3:PutReplicationConfiguration","Resource":"*"}`
	put := func(creds fakeaws.Credentials) fakeawstest.Answer {
		return fakeawstest.Ask(t, s, creds, "PUT", "/videos?replication", replicationDocument(role, backupRule), nil)
	}
	if a := put(fakeawstest.NewUser(t, s, "half", fakeawstest.Policy(mayConfigure))); a.Code != "AccessDenied" || !strings.Contains(a.Message, "iam:PassRole") {
		t.Errorf("without PassRole: %s %s", a.Code, a.Message)
	}
	pass := `{"Effect":"Allow","Action":"iam:PassRole","Resource":"` + role + `","Condition":{"StringEquals":{"iam:PassedToService":"s3.amazonaws.com"}}}`
	if a := put(fakeawstest.NewUser(t, s, "whole", fakeawstest.Policy(mayConfigure+","+pass))); a.Code != "" {
		t.Errorf("with PassRole: %s %s", a.Code, a.Message)
	}
}

func TestReplicationSourceKeepsVersions(t *testing.T) {
	s, c, role := withBackup(t)
	if code := fakeawstest.Judge(t, s, "replication", replicationDocument(role, backupRule)); code != "" {
		t.Fatal(code)
	}
	err := fakeawstest.PutVersioning(t, c, "videos", types.BucketVersioningStatusSuspended)
	if awserr.Code(err) != "InvalidBucketState" || awserr.Status(err) != 409 {
		t.Errorf("suspending a source: %v", err)
	}
}
