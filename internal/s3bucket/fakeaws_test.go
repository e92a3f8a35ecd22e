package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// onAWS returns a store, as a provider has it, that works on a strict fake of
// AWS.
func onAWS(t *testing.T) (*Store, *awsclient.Clients, *fakeaws.Server) {
	t.Helper()
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	none := t.TempDir() + "/none"
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	root := server.Root()
	clients, problems := awsclient.New(t.Context(), awsclient.Settings{
		Region: "us-east-1", AccessKey: root.AccessKeyID, SecretKey: root.SecretAccessKey, MaxRetries: 3, PathStyle: true,
		Endpoints: awsclient.Endpoints{S3: server.URL(), IAM: server.URL(), STS: server.URL()},
	})
	for _, p := range problems {
		if !p.Warning {
			t.Fatalf("%s: %s", p.Summary, p.Detail)
		}
	}
	return New(clients, WithClock(newClock())), clients, server
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// roundTrip writes a document twice, reads it and clears it.
type roundTrip struct {
	name  string
	put   []func(context.Context) error
	check func(context.Context) (bool, error)
	clear func(context.Context) error // nil for those that are never cleared
}

func trip[T any](s *Store, d *Document[T], name string, first, second T) roundTrip {
	id := ID{Bucket: "videos", Name: name}
	r := roundTrip{
		name: d.Kind,
		put: []func(context.Context) error{
			func(ctx context.Context) error { return d.Write(ctx, s, id, first, nil) },
			func(ctx context.Context) error { return d.Write(ctx, s, id, second, &first) },
		},
		check: func(ctx context.Context) (bool, error) {
			got, err := d.Read(ctx, s, id)
			return err == nil && d.Equal(got, second), err
		},
	}
	if d.remove != nil {
		r.clear = func(ctx context.Context) error { return d.Remove(ctx, s, id) }
	}
	return r
}

func roundTrips(s *Store, role string) []roundTrip {
	transition := func(days int32) types.LifecycleRule {
		return types.LifecycleRule{Status: "Enabled", Filter: &types.LifecycleRuleFilter{Prefix: aws.String("")}, Transitions: []types.Transition{
			{Days: &days, StorageClass: "STANDARD_IA"}, {Days: aws.Int32(days + 275), StorageClass: "GLACIER_IR"},
		}}
	}
	logging := func(prefix string) types.LoggingEnabled {
		return types.LoggingEnabled{TargetBucket: aws.String("logs"), TargetPrefix: &prefix}
	}
	tiering := func(days int32) types.IntelligentTieringConfiguration {
		return types.IntelligentTieringConfiguration{Id: aws.String("All"), Status: "Enabled", Tierings: []types.Tiering{
			{AccessTier: "ARCHIVE_ACCESS", Days: &days}, {AccessTier: "DEEP_ARCHIVE_ACCESS", Days: aws.Int32(200)},
		}}
	}
	metrics := func(f types.MetricsFilter) types.MetricsConfiguration {
		return types.MetricsConfiguration{Id: aws.String("All"), Filter: f}
	}
	inventory := func(f types.InventoryFrequency) types.InventoryConfiguration {
		return types.InventoryConfiguration{
			Id: aws.String("All"), IsEnabled: aws.Bool(true), IncludedObjectVersions: "Current",
			Schedule: &types.InventorySchedule{Frequency: f}, OptionalFields: []types.InventoryOptionalField{"Size", "ETag"},
			Destination: &types.InventoryDestination{S3BucketDestination: &types.InventoryS3BucketDestination{Bucket: aws.String("arn:aws:s3:::logs"), Format: "Parquet"}},
		}
	}
	policy := func(effect string) string {
		return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":["s3:%s"],"Resource":"arn:aws:s3:::videos/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`, effect)
	}
	replication := func(priority int32) types.ReplicationConfiguration {
		minutes := &types.ReplicationTimeValue{Minutes: aws.Int32(15)}
		return types.ReplicationConfiguration{Role: &role, Rules: []types.ReplicationRule{{
			Status: "Enabled", Priority: &priority, Filter: &types.ReplicationRuleFilter{},
			DeleteMarkerReplication: &types.DeleteMarkerReplication{Status: "Disabled"},
			Destination: &types.Destination{
				Bucket:          aws.String("arn:aws:s3:::backup"),
				ReplicationTime: &types.ReplicationTime{Status: "Enabled", Time: minutes},
				Metrics:         &types.Metrics{Status: "Enabled", EventThreshold: minutes},
			},
		}}}
	}
	return []roundTrip{
		trip(s, CORS, "", []types.CORSRule{rule("https://a")}, []types.CORSRule{rule("https://b"), rule("https://a")}),
		trip(s, Versioning, "", types.BucketVersioningStatusSuspended, types.BucketVersioningStatusEnabled),
		trip(s, Encryption, "", EncryptionSettings{Algorithm: "AES256"},
			EncryptionSettings{Algorithm: "aws:kms", KMSKeyARN: "arn:aws:kms:us-east-1:123456789012:key/1", BucketKey: true}),
		trip(s, PublicAccessBlock, "", PublicAccess{}, PublicAccess{BlockPublicACLs: true, RestrictPublicBuckets: true}),
		trip(s, Ownership, "", types.ObjectOwnershipBucketOwnerPreferred, types.ObjectOwnershipBucketOwnerEnforced),
		trip(s, Lifecycle, "", LifecycleConfiguration{Rules: []types.LifecycleRule{transition(90)}},
			LifecycleConfiguration{Rules: []types.LifecycleRule{transition(60)}, MinimumObjectSize: types.TransitionDefaultMinimumObjectSizeVariesByStorageClass}),
		trip(s, Logging, "", logging("a/"), logging("b/")),
		trip(s, Metrics, "All", metrics(nil), metrics(&types.MetricsFilterMemberPrefix{Value: "a/"})),
		trip(s, IntelligentTiering, "All", tiering(90), tiering(120)),
		trip(s, Inventory, "All", inventory("Daily"), inventory("Weekly")),
		trip(s, Policy, "", policy("GetObject"), policy("PutObject")),
		trip(s, Replication, "", replication(1), replication(2)),
	}
}

func TestEveryDocumentOnAWS(t *testing.T) {
	s, clients, server := onAWS(t)
	ctx := t.Context()
	for _, bucket := range []string{"videos", "logs", "backup"} {
		must(t, s.Create(ctx, bucket, ""))
		must(t, Versioning.Write(ctx, s, Of(bucket), types.BucketVersioningStatusEnabled, nil))
	}
	role, err := clients.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName:                 aws.String("replicate"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	})
	must(t, err)
	must(t, Policy.Write(ctx, s, Of("logs"), `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["logging.s3.amazonaws.com","s3.amazonaws.com"]},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*"}]}`, nil))

	for _, r := range roundTrips(s, aws.ToString(role.Role.Arn)) {
		t.Run(r.name, func(t *testing.T) {
			for _, put := range r.put {
				server.Requests().Reset()
				must(t, put(t.Context()))
				want := 2 // the write, and one look
				if r.name == Encryption.Kind {
					want = 3
				}
				if n := server.Requests().Total(); n != want {
					t.Errorf("%d requests for a put: %v", n, server.Requests().Counts())
				}
			}
			if ok, err := r.check(t.Context()); !ok {
				t.Errorf("reads back otherwise: %v", err)
			}
			if r.clear == nil {
				return
			}
			server.Requests().Reset()
			must(t, r.clear(t.Context()))
			want := 3 // a look before, the write, and a look after
			if server.Requests().Count("ListObjectsV2") > 0 {
				want = 4 // the endpoint is not one that is known to be AWS's
			}
			if n := server.Requests().Total(); n != want {
				t.Errorf("%d requests to clear: %v", n, server.Requests().Counts())
			}
			if _, err := r.check(t.Context()); !errors.Is(err, ErrAbsent) || errors.Is(err, ErrNoBucket) {
				t.Errorf("after clearing: %v", err)
			}
		})
	}
}

func TestABucketsLifeOnAWS(t *testing.T) {
	s, clients, server := onAWS(t)
	ctx := t.Context()

	if _, err := s.Region(ctx, "videos"); !errors.Is(err, ErrNoBucket) {
		t.Errorf("before it is made: %v", err)
	}
	server.Inject(fakeaws.Fault{Operation: "CreateBucket", Times: 1, LoseResponse: true})
	must(t, s.Create(ctx, "videos", "eu-west-1"))
	var exists *ExistsError
	if err := s.Create(ctx, "videos", ""); !errors.As(err, &exists) || exists.Region != "eu-west-1" {
		t.Errorf("a second time: %v", err)
	}
	server.Inject(fakeaws.Fault{Operation: "PutBucketVersioning", Times: 2, Status: 409, Code: "OperationAborted"})
	server.Inject(fakeaws.Fault{Operation: "GetBucketVersioning", Times: 2, Stale: true})
	must(t, Versioning.Write(ctx, s, Of("videos"), types.BucketVersioningStatusEnabled, nil))
	must(t, Tags.Write(ctx, s, Of("videos"), map[string]string{"team": "vision"}, nil))
	if tags, err := Tags.Read(ctx, s, Of("videos")); err != nil || tags["team"] != "vision" {
		t.Errorf("tags %v: %v", tags, err)
	}
	must(t, Tags.Write(ctx, s, Of("videos"), nil, nil))
	if tags, err := Tags.Read(ctx, s, Of("videos")); err != nil || len(tags) != 0 {
		t.Errorf("tags %v: %v", tags, err)
	}

	client := clients.S3("eu-west-1")
	for _, key := range []string{"a.mp4", "a.mp4", "b +é.mp4", "control\x01.mp4"} {
		_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("videos"), Key: &key, Body: strings.NewReader(key)})
		must(t, err)
	}
	_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String("videos"), Key: aws.String("a.mp4")})
	must(t, err)
	_, err = client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: aws.String("videos"), Key: aws.String("half.mp4")})
	must(t, err)

	var full *NotEmptyError
	if err := s.Delete(ctx, "videos"); !errors.As(err, &full) {
		t.Errorf("with contents: %v", err)
	}
	var deleted int64
	must(t, s.DeleteWithContents(ctx, "videos", func(n int64) { deleted = n }))
	if deleted != 6 {
		t.Errorf("%d deleted", deleted)
	}
	if _, err := s.Region(ctx, "videos"); !errors.Is(err, ErrNoBucket) {
		t.Errorf("after it is deleted: %v", err)
	}
}
