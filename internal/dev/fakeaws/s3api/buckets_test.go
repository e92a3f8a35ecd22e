package s3api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/s3api"
)

func TestInvalidBucketName(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	if a := fakeawstest.Ask(t, s, s.Root(), http.MethodPut, "/Videos", "", nil); a.Status != 400 || a.Code != "InvalidBucketName" {
		t.Errorf("CreateBucket: %d %s", a.Status, a.Code)
	}
}

func TestCreateBucketByRegion(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
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
		err := fakeawstest.CreateIn(t, fakeawstest.Client(s, s.Root(), fakeawstest.InRegion(tt.sentTo)), name, tt.constraint)
		if awserr.Code(err) != tt.code {
			t.Errorf("sent to %s with %q: %v, want code %q", tt.sentTo, tt.constraint, err, tt.code)
		}
	}
	c := fakeawstest.Client(s, s.Root())
	for name, want := range map[string]types.BucketLocationConstraint{"bucket-0": "", "bucket-1": "eu-west-1"} {
		if out := fakeawstest.Must[*s3.GetBucketLocationOutput](t)(c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: &name})); out.LocationConstraint != want {
			t.Errorf("%s lies in %q, want %q", name, out.LocationConstraint, want)
		}
	}
}

func TestCreateBucketAgain(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	if err := fakeawstest.CreateIn(t, c, "videos", ""); err != nil {
		t.Errorf("us-east-1 takes one's own bucket again, but: %v", err)
	}
	err := fakeawstest.CreateIn(t, fakeawstest.Client(s, s.Root(), fakeawstest.InRegion("eu-west-1")), "videos", "eu-west-1")
	fakeawstest.WantCode(t, err, "BucketAlreadyOwnedByYou")
	if err := fakeawstest.CreateIn(t, c, "west", "us-west-2"); err != nil {
		t.Fatal(err)
	}
	err = fakeawstest.CreateIn(t, c, "west", "us-west-2")
	if awserr.Code(err) != "BucketAlreadyOwnedByYou" || awserr.Status(err) != 409 {
		t.Errorf("outside us-east-1: %v", err)
	}
	stranger := fakeawstest.Client(s, s.AddAccount("999999999999"))
	err = fakeawstest.CreateIn(t, stranger, "videos", "")
	if awserr.Code(err) != "BucketAlreadyExists" || awserr.Status(err) != 409 {
		t.Errorf("another account's: %v", err)
	}
	_, err = stranger.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos})
	if awserr.Status(err) != 403 {
		t.Errorf("HEAD of another account's: %v", err)
	}
	_, err = stranger.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "AccessDenied")
}

func TestWrongRegion(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	west := fakeawstest.Client(s, s.Root(), fakeawstest.InRegion("us-west-2"))
	_, err := west.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
	if awserr.Code(err) != "PermanentRedirect" || awserr.Status(err) != 301 {
		t.Errorf("list: %v", err)
	}
	_, err = west.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos})
	if awserr.Status(err) != 301 {
		t.Errorf("HEAD: %v", err)
	}
	mars := fakeawstest.Client(s, s.Root(), fakeawstest.InRegion("mars-1"))
	_, err = mars.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos})
	if awserr.Status(err) != 400 {
		t.Errorf("HEAD from no region: %v", err)
	}
	_, err = mars.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "AuthorizationHeaderMalformed")
	out := fakeawstest.Must[*s3.HeadBucketOutput](t)(fakeawstest.Client(s, s.Root()).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos}))
	if aws.ToString(out.BucketRegion) != "us-east-1" {
		t.Errorf("region %q", aws.ToString(out.BucketRegion))
	}
}

func TestAbsentBucket(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	c := fakeawstest.Client(s, s.Root())
	_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "NotFound")
	for _, target := range []string{"", "?cors", "?versioning", "?policy", "?metrics&id=x", "?location", "/key", "?list-type=2"} {
		if a := fakeawstest.Ask(t, s, s.Root(), http.MethodGet, "/videos"+target, "", nil); a.Status != 404 || a.Code != "NoSuchBucket" {
			t.Errorf("GET %s: %d %s", target, a.Status, a.Code)
		}
	}
	_, err = c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "NoSuchBucket")
	if code := fakeawstest.Judge(t, s, "cors", fakeawstest.CORSDocument); code != "NoSuchBucket" {
		t.Errorf("PUT of a document: %q", code)
	}
}

func TestDeleteBucket(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	drop := func() error {
		_, err := c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: fakeawstest.Videos})
		return err
	}
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	id := fakeawstest.Put(t, c, "k", "x").VersionId
	marker := fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})).VersionId
	for _, version := range []*string{id, marker} {
		fakeawstest.WantCode(t, drop(), "BucketNotEmpty")
		fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), VersionId: version}))
	}
	if err := drop(); err != nil {
		t.Fatal(err)
	}
	fakeawstest.WantCode(t, drop(), "NoSuchBucket")
}

func TestListBuckets(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	if err := fakeawstest.CreateIn(t, c, "archive", "us-west-2"); err != nil {
		t.Fatal(err)
	}
	if err := fakeawstest.CreateIn(t, fakeawstest.Client(s, s.AddAccount("999999999999")), "theirs", ""); err != nil {
		t.Fatal(err)
	}
	var got []string
	in := &s3.ListBucketsInput{MaxBuckets: aws.Int32(1)}
	for {
		page := fakeawstest.Must[*s3.ListBucketsOutput](t)(c.ListBuckets(t.Context(), in))
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
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	_, err := c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: fakeawstest.Videos, ExpectedBucketOwner: aws.String("root")})
	fakeawstest.WantCode(t, err, "InvalidBucketOwnerAWSAccountID")
	_, err = c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: fakeawstest.Videos, ExpectedBucketOwner: aws.String("999999999999")})
	fakeawstest.WantCode(t, err, "AccessDenied")
	fakeawstest.Must[*s3.GetBucketLocationOutput](t)(c.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: fakeawstest.Videos, ExpectedBucketOwner: aws.String("123456789012")}))
}

func TestEveryOperationHeedsTheExpectedOwner(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a.mp4", "x")
	for _, op := range s3api.RoutedOperations() {
		t.Run(op.Name, func(t *testing.T) {
			target := "/videos"
			if op.OnObject {
				target += "/a.mp4"
			}
			header := map[string]string{"X-Amz-Expected-Bucket-Owner": "999999999999"}
			if op.Header != "" {
				header[op.Header] = "/videos/a.mp4"
			}
			got := fakeawstest.Ask(t, s, s.Root(), op.Method, target+"?"+op.Query, "", header)
			if got.Status != http.StatusForbidden {
				t.Errorf("status: got %d, want 403; %s", got.Status, got.Body)
			}
		})
	}
	if got := fakeawstest.Must[*s3.ListObjectVersionsOutput](t)(c.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: fakeawstest.Videos})); len(got.Versions) != 1 {
		t.Errorf("a refused request has changed the bucket: got %d versions, want 1", len(got.Versions))
	}
}

func TestTagsOfNewBucket(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	create := func(c *s3.Client, name string) error {
		_, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{
			Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("fovea")}},
		}})
		return err
	}
	c := fakeawstest.Client(s, s.Root())
	if err := create(c, "videos"); err != nil {
		t.Fatal(err)
	}
	if out := fakeawstest.Must[*s3.GetBucketTaggingOutput](t)(c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: fakeawstest.Videos})); *out.TagSet[0].Value != "fovea" {
		t.Errorf("tags %+v", out.TagSet)
	}
	fakeawstest.WantCode(t, create(fakeawstest.Client(s, fakeawstest.NewUser(t, s, "u", fakeawstest.Policy(fakeawstest.Allow(`"s3:CreateBucket"`, "*")))), "other"), "AccessDenied")
}

func TestUnknownOperations(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	const unknown = http.StatusNotImplemented
	for _, tt := range []struct {
		method, target string
		header         map[string]string
		status         int
		code           string
	}{
		{http.MethodGet, "/videos?analytics", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos?website", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos?accelerate", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos?object-lock", nil, unknown, "NotImplemented"},
		// The sub-resource of a server that is asked to delete must never
		// pass for the bucket.
		{http.MethodDelete, "/videos?metrics", nil, unknown, "NotImplemented"},
		{http.MethodDelete, "/videos?website", nil, unknown, "NotImplemented"},
		{http.MethodDelete, "/videos?abac", nil, unknown, "NotImplemented"},
		{http.MethodPost, "/videos?select", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos/key?retention", nil, unknown, "NotImplemented"},
		{http.MethodGet, "/videos/key?torrent", nil, unknown, "NotImplemented"},
		{http.MethodGet, "/?x", nil, unknown, "NotImplemented"},
		{http.MethodPatch, "/videos/key", nil, http.StatusMethodNotAllowed, "MethodNotAllowed"},
		{http.MethodGet, "/videos?cors&fast", nil, unknown, "NotImplemented"},
		{http.MethodGet, "/videos?cors", map[string]string{"X-Amz-Mfa": "1"}, unknown, "NotImplemented"},
		{http.MethodGet, "/videos?cors", map[string]string{"X-Custom": "1"}, http.StatusNotFound, "NoSuchCORSConfiguration"},
	} {
		a := fakeawstest.Ask(t, s, s.Root(), tt.method, tt.target, "", tt.header)
		if a.Status != tt.status || a.Code != tt.code {
			t.Errorf("%s %s %v: %d %s, want %d %s", tt.method, tt.target, tt.header, a.Status, a.Code, tt.status, tt.code)
		}
	}
	c := fakeawstest.Client(s, s.Root())
	if _, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos}); err != nil {
		t.Errorf("the bucket is gone: %v", err)
	}
}
