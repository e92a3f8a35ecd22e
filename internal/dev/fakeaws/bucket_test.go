package fakeaws

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func createIn(t testing.TB, c *s3.Client, name, region string) error {
	t.Helper()
	in := &s3.CreateBucketInput{Bucket: &name}
	if region != "" {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
	}
	_, err := c.CreateBucket(t.Context(), in)
	return err
}

func TestInvalidBucketName(t *testing.T) {
	s := start(t, Options{})
	if a := ask(t, s, s.Root(), http.MethodPut, "/Videos", "", nil); a.status != 400 || a.code != "InvalidBucketName" {
		t.Errorf("CreateBucket: %d %s", a.status, a.code)
	}
}

func TestCreateBucketByRegion(t *testing.T) {
	s := start(t, Options{})
	for i, tt := range []struct{ sentTo, constraint, code string }{
		{"us-east-1", "", ""},
		{"us-east-1", "eu-west-1", ""},
		{"us-east-1", "us-east-1", "InvalidLocationConstraint"},
		{"us-east-1", "mars-1", "InvalidLocationConstraint"},
		{"eu-west-1", "eu-west-1", ""},
		{"eu-west-1", "EU", ""},
		{"eu-west-1", "", "IllegalLocationConstraintException"},
		{"eu-west-1", "us-west-2", "IllegalLocationConstraintException"},
	} {
		name := fmt.Sprintf("bucket-%d", i)
		err := createIn(t, client(s, s.Root(), inRegion(tt.sentTo)), name, tt.constraint)
		if awserr.Code(err) != tt.code {
			t.Errorf("sent to %s with %q: %v, want code %q", tt.sentTo, tt.constraint, err, tt.code)
		}
	}
	c := client(s, s.Root())
	for name, want := range map[string]types.BucketLocationConstraint{"bucket-0": "", "bucket-1": "eu-west-1"} {
		if out := must[*s3.GetBucketLocationOutput](t)(c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: &name})); out.LocationConstraint != want {
			t.Errorf("%s lies in %q, want %q", name, out.LocationConstraint, want)
		}
	}
}

func TestCreateBucketAgain(t *testing.T) {
	s, c := withBucket(t, Options{})
	if err := createIn(t, c, "videos", ""); err != nil {
		t.Errorf("us-east-1 takes one's own bucket again, but: %v", err)
	}
	err := createIn(t, client(s, s.Root(), inRegion("eu-west-1")), "videos", "eu-west-1")
	wantCode(t, err, "BucketAlreadyOwnedByYou")
	if err := createIn(t, c, "west", "us-west-2"); err != nil {
		t.Fatal(err)
	}
	err = createIn(t, c, "west", "us-west-2")
	if awserr.Code(err) != "BucketAlreadyOwnedByYou" || awserr.Status(err) != 409 {
		t.Errorf("outside us-east-1: %v", err)
	}
	stranger := client(s, s.AddAccount("999999999999"))
	err = createIn(t, stranger, "videos", "")
	if awserr.Code(err) != "BucketAlreadyExists" || awserr.Status(err) != 409 {
		t.Errorf("another account's: %v", err)
	}
	_, err = stranger.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos})
	if awserr.Status(err) != 403 {
		t.Errorf("HEAD of another account's: %v", err)
	}
	_, err = stranger.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos})
	wantCode(t, err, "AccessDenied")
}

func TestWrongRegion(t *testing.T) {
	s, _ := withBucket(t, Options{})
	west := client(s, s.Root(), inRegion("us-west-2"))
	_, err := west.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos})
	if awserr.Code(err) != "PermanentRedirect" || awserr.Status(err) != 301 {
		t.Errorf("list: %v", err)
	}
	_, err = west.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos})
	if awserr.Status(err) != 301 {
		t.Errorf("HEAD: %v", err)
	}
	mars := client(s, s.Root(), inRegion("mars-1"))
	_, err = mars.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos})
	if awserr.Status(err) != 400 {
		t.Errorf("HEAD from no region: %v", err)
	}
	_, err = mars.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos})
	wantCode(t, err, "AuthorizationHeaderMalformed")
	out := must[*s3.HeadBucketOutput](t)(client(s, s.Root()).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos}))
	if aws.ToString(out.BucketRegion) != "us-east-1" {
		t.Errorf("region %q", aws.ToString(out.BucketRegion))
	}
}

func TestAbsentBucket(t *testing.T) {
	s := start(t, Options{})
	c := client(s, s.Root())
	_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos})
	wantCode(t, err, "NotFound")
	for _, target := range []string{"", "?cors", "?versioning", "?policy", "?metrics&id=x", "?location", "/key", "?list-type=2"} {
		if a := ask(t, s, s.Root(), http.MethodGet, "/videos"+target, "", nil); a.status != 404 || a.code != "NoSuchBucket" {
			t.Errorf("GET %s: %d %s", target, a.status, a.code)
		}
	}
	_, err = c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: videos})
	wantCode(t, err, "NoSuchBucket")
	if code := judge(t, s, "cors", corsDocument); code != "NoSuchBucket" {
		t.Errorf("PUT of a document: %q", code)
	}
}

func TestDeleteBucket(t *testing.T) {
	_, c := withBucket(t, Options{})
	drop := func() error {
		_, err := c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: videos})
		return err
	}
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	id := put(t, c, "k", "x").VersionId
	marker := must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: videos, Key: aws.String("k")})).VersionId
	for _, version := range []*string{id, marker} {
		wantCode(t, drop(), "BucketNotEmpty")
		must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: videos, Key: aws.String("k"), VersionId: version}))
	}
	if err := drop(); err != nil {
		t.Fatal(err)
	}
	wantCode(t, drop(), "NoSuchBucket")
}

func TestListBuckets(t *testing.T) {
	s, c := withBucket(t, Options{})
	if err := createIn(t, c, "archive", "us-west-2"); err != nil {
		t.Fatal(err)
	}
	if err := createIn(t, client(s, s.AddAccount("999999999999")), "theirs", ""); err != nil {
		t.Fatal(err)
	}
	var got []string
	in := &s3.ListBucketsInput{MaxBuckets: aws.Int32(1)}
	for {
		page := must[*s3.ListBucketsOutput](t)(c.ListBuckets(t.Context(), in))
		for _, b := range page.Buckets {
			got = append(got, *b.Name+" in "+*b.BucketRegion)
		}
		if page.ContinuationToken == nil {
			break
		}
		in.ContinuationToken = page.ContinuationToken
	}
	if want := []string{"archive in us-west-2", "videos in us-east-1"}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

func TestExpectedBucketOwner(t *testing.T) {
	_, c := withBucket(t, Options{})
	_, err := c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: videos, ExpectedBucketOwner: aws.String("root")})
	wantCode(t, err, "InvalidBucketOwnerAWSAccountID")
	_, err = c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: videos, ExpectedBucketOwner: aws.String("999999999999")})
	wantCode(t, err, "AccessDenied")
	must[*s3.GetBucketLocationOutput](t)(c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: videos, ExpectedBucketOwner: aws.String("123456789012")}))
}

func TestEveryOperationHeedsTheExpectedOwner(t *testing.T) {
	s, c := withBucket(t, Options{})
	put(t, c, "a.mp4", "x")
	for _, op := range RoutedOperations() {
		t.Run(op.Name, func(t *testing.T) {
			target := "/videos"
			if op.OnObject {
				target += "/a.mp4"
			}
			header := map[string]string{"X-Amz-Expected-Bucket-Owner": "999999999999"}
			if op.Header != "" {
				header[op.Header] = "/videos/a.mp4"
			}
			got := ask(t, s, s.Root(), op.Method, target+"?"+op.Query, "", header)
			if got.status != http.StatusForbidden {
				t.Errorf("status: got %d, want 403; %s", got.status, got.body)
			}
		})
	}
	if got := must[*s3.ListObjectVersionsOutput](t)(c.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: videos})); len(got.Versions) != 1 {
		t.Errorf("a refused request has changed the bucket: got %d versions, want 1", len(got.Versions))
	}
}

func TestTagsOfNewBucket(t *testing.T) {
	s := start(t, Options{})
	create := func(c *s3.Client, name string) error {
		_, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{
			Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("fovea")}},
		}})
		return err
	}
	c := client(s, s.Root())
	if err := create(c, "videos"); err != nil {
		t.Fatal(err)
	}
	if out := must[*s3.GetBucketTaggingOutput](t)(c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: videos})); *out.TagSet[0].Value != "fovea" {
		t.Errorf("tags %+v", out.TagSet)
	}
	wantCode(t, create(client(s, newUser(t, s, "u", policy(allow(`"s3:CreateBucket"`, "*")))), "other"), "AccessDenied")
}
