package s3api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

func setVersioning(t testing.TB, c *s3.Client, status types.BucketVersioningStatus) {
	t.Helper()
	fakeawstest.Must[*s3.PutBucketVersioningOutput](t)(c.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: fakeawstest.Videos, VersioningConfiguration: &types.VersioningConfiguration{Status: status},
	}))
}

func TestVersions(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "k", "before versioning")
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	first := aws.ToString(fakeawstest.Put(t, c, "k", "first").VersionId)
	second := aws.ToString(fakeawstest.Put(t, c, "k", "second").VersionId)
	marker := fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	if !aws.ToBool(marker.DeleteMarker) || aws.ToString(marker.VersionId) == "" {
		t.Fatalf("deletion answered %v, %q", aws.ToBool(marker.DeleteMarker), aws.ToString(marker.VersionId))
	}
	get := func(id *string) (string, error) {
		out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), VersionId: id})
		if err != nil {
			return "", err
		}
		return fakeawstest.Read(t, out.Body), nil
	}
	for id, want := range map[string]string{"null": "before versioning", first: "first", second: "second"} {
		if got, err := get(&id); got != want || err != nil {
			t.Errorf("version %s: %q, %v; want %q", id, got, err, want)
		}
	}
	_, err := get(nil)
	fakeawstest.WantCode(t, err, "NoSuchKey")
	_, err = get(marker.VersionId)
	if fakeawstest.WantCode(t, err, "MethodNotAllowed"); awserr.Status(err) != 405 {
		t.Errorf("status %d", awserr.Status(err))
	}
	_, err = get(aws.String(strings.Repeat("A", 32)))
	fakeawstest.WantCode(t, err, "NoSuchVersion")
	_, err = get(aws.String("nonsense"))
	fakeawstest.WantCode(t, err, "InvalidArgument")

	// Removing the marker brings the newest version back.
	removed := fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), VersionId: marker.VersionId}))
	if !aws.ToBool(removed.DeleteMarker) {
		t.Error("the removal of a delete marker does not say so")
	}
	if got, err := get(nil); got != "second" || err != nil {
		t.Errorf("current: %q, %v", got, err)
	}
}

func TestSuspendedVersioning(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	kept := aws.ToString(fakeawstest.Put(t, c, "k", "kept").VersionId)
	setVersioning(t, c, types.BucketVersioningStatusSuspended)
	fakeawstest.Put(t, c, "k", "null 1")
	fakeawstest.Put(t, c, "k", "null 2") // takes the place of null 1
	want := []string{"null", kept}
	if got := versionIDs(t, c); !slices.Equal(got, want) {
		t.Errorf("versions %v, want %v", got, want)
	}
	marker := fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	if aws.ToString(marker.VersionId) != "null" || !aws.ToBool(marker.DeleteMarker) {
		t.Errorf("deletion made marker %q", aws.ToString(marker.VersionId))
	}
	if got := versionIDs(t, c); !slices.Equal(got, want) {
		t.Errorf("versions %v, want the marker in place of the null version: %v", got, want)
	}
}

func versionIDs(t testing.TB, c *s3.Client) []string {
	t.Helper()
	out := fakeawstest.Must[*s3.ListObjectVersionsOutput](t)(c.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: fakeawstest.Videos}))
	var ids []string
	for _, m := range out.DeleteMarkers {
		ids = append(ids, aws.ToString(m.VersionId))
	}
	for _, v := range out.Versions {
		ids = append(ids, aws.ToString(v.VersionId))
	}
	return ids
}

func TestConditionalDelete(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	etag := fakeawstest.Put(t, c, "k", "x").ETag
	remove := func(key, match string) error {
		_, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: &key, IfMatch: &match})
		return err
	}
	fakeawstest.WantCode(t, remove("k", `"other"`), "PreconditionFailed")
	fakeawstest.WantCode(t, remove("absent", "*"), "NoSuchKey")
	if err := remove("k", *etag); err != nil {
		t.Error(err)
	}
	fakeawstest.WantCode(t, remove("k", *etag), "NoSuchKey")
}

func TestDeleteObjects(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	id := fakeawstest.Put(t, c, "by version", "x").VersionId
	fakeawstest.Put(t, c, "marked", "x")
	fakeawstest.Put(t, c, "kept", "x")
	remove := func(quiet bool, objects ...types.ObjectIdentifier) (*s3.DeleteObjectsOutput, error) {
		return c.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: fakeawstest.Videos, Delete: &types.Delete{Objects: objects, Quiet: &quiet}})
	}
	out := fakeawstest.Must[*s3.DeleteObjectsOutput](t)(remove(false,
		types.ObjectIdentifier{Key: aws.String("by version"), VersionId: id},
		types.ObjectIdentifier{Key: aws.String("marked")},
		types.ObjectIdentifier{Key: aws.String("kept"), ETag: aws.String(`"other"`)},
		types.ObjectIdentifier{Key: aws.String("marked"), VersionId: aws.String("nonsense")},
	))
	if len(out.Deleted) != 2 || aws.ToString(out.Deleted[0].VersionId) != *id || aws.ToBool(out.Deleted[0].DeleteMarker) ||
		!aws.ToBool(out.Deleted[1].DeleteMarker) || aws.ToString(out.Deleted[1].DeleteMarkerVersionId) == "" {
		t.Errorf("deleted %+v", out.Deleted)
	}
	var codes []string
	for _, e := range out.Errors {
		codes = append(codes, aws.ToString(e.Code))
	}
	if !slices.Equal(codes, []string{"PreconditionFailed", "InvalidArgument"}) {
		t.Errorf("errors %v", codes)
	}
	if out := fakeawstest.Must[*s3.DeleteObjectsOutput](t)(remove(true, types.ObjectIdentifier{Key: aws.String("kept")})); len(out.Deleted) != 0 {
		t.Errorf("a quiet deletion named %d keys", len(out.Deleted))
	}
	_, err := remove(false, slices.Repeat([]types.ObjectIdentifier{{Key: aws.String("k")}}, 1001)...)
	fakeawstest.WantCode(t, err, "MalformedXML")
	_, err = remove(false, []types.ObjectIdentifier{}...)
	fakeawstest.WantCode(t, err, "MalformedXML")
	const control = "<Delete><Object><Key>a&#x1;b</Key></Object></Delete>"
	if a := fakeawstest.Ask(t, s, s.Root(), http.MethodPost, "/videos?delete", control, nil); a.Code != "MalformedXML" {
		t.Errorf("a key that XML cannot carry gave %d %s", a.Status, a.Code)
	}
}
