package storagecheck_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

func TestManifests(t *testing.T) {
	clock := fakeawstest.NewClock()
	k := newKit(t, fakeaws.Options{Clock: clock.Now})
	k.options.Include = []storagecheck.Name{storagecheck.Manifest}
	for _, tt := range []struct {
		name    string
		arrange func()
		want    string
		detail  string
	}{
		{"fresh", func() {}, want(storagecheck.Pass, storagecheck.OK), "lists what the bucket has"},
		{"a new video beside others", func() { fakeawstest.Put(t, k.client, "clips/b.mp4", "1") }, want(storagecheck.Fail, storagecheck.ManifestStale), `"clips/b.mp4" is missing in it`},
		{"published again", func() { k.publish() }, want(storagecheck.Pass, storagecheck.OK), ""},
		{"a new video in a new folder", func() { fakeawstest.Put(t, k.client, "raw/a.mp4", "1") }, want(storagecheck.Warn, storagecheck.ManifestPartial), `"raw/a.mp4"`},
		{"published later without it", func() {
			k.publish()
			document := strings.Replace(k.get("manifest.json"), k.entry("raw/a.mp4"), "", 1)
			fakeawstest.Put(t, k.client, "manifest.json", document)
		}, want(storagecheck.Pass, storagecheck.OK), ""},
		{"another kind of video", func() { fakeawstest.Put(t, k.client, "clips/c.webm", "1") }, want(storagecheck.Pass, storagecheck.OK), ""},
		{"overwritten", func() { fakeawstest.Put(t, k.client, "clips/a.mp4", "another") }, want(storagecheck.Fail, storagecheck.ManifestStale), `"clips/a.mp4" was overwritten`},
		{"deleted", func() {
			k.publish()
			k.delete("clips/a.mp4")
		}, want(storagecheck.Fail, storagecheck.ManifestStale), `"clips/a.mp4" does not exist`},
		{"in the future", func() {
			k.publish()
			document := k.get("manifest.json")
			at := strings.LastIndex(document, `"generatedAt":"`)
			fakeawstest.Put(t, k.client, "manifest.json", document[:at]+`"generatedAt":"`+clock.Now().Add(time.Hour).Format(time.RFC3339)+`"}`)
		}, want(storagecheck.Warn, storagecheck.ManifestFuture), "the clock of what has published it is wrong"},
		{"without a time", func() { fakeawstest.Put(t, k.client, "manifest.json", `{"videos":[]}`) }, want(storagecheck.Pass, storagecheck.OK), ""},
		{"something else", func() { fakeawstest.Put(t, k.client, "manifest.json", `{"name":"fovea"}`) }, want(storagecheck.Fail, storagecheck.ManifestInvalid), "is not a manifest"},
		{"a video", func() { fakeawstest.Put(t, k.client, "manifest.json", "\x00\x00\x00\x18ftypmp42") }, want(storagecheck.Fail, storagecheck.ManifestInvalid), "is not a manifest"},
		{"empty", func() { fakeawstest.Put(t, k.client, "manifest.json", "") }, want(storagecheck.Fail, storagecheck.ManifestInvalid), "is empty"},
		{"archived", func() {
			fakeawstest.Put(t, k.client, "manifest.json", "{}", func(in *s3.PutObjectInput) { in.StorageClass = s3types.StorageClassGlacier })
		}, want(storagecheck.Fail, storagecheck.ManifestInvalid), "is archived"},
		{"missing", func() { k.delete("manifest.json") }, want(storagecheck.Fail, storagecheck.ManifestMissing), "There is no manifest"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k.T = t
			clock.Advance(2 * time.Second)
			tt.arrange()
			r := k.run()[storagecheck.Manifest]
			if got := want(r.Status, r.Code); got != tt.want || !strings.Contains(r.Detail, tt.detail) {
				t.Errorf("got %s %q, want %s with %q", got, r.Detail, tt.want, tt.detail)
			}
		})
	}
}

// get gives the text of an object.
func (k *kit) get(key string) string {
	k.Helper()
	out := fakeawstest.Must[*s3.GetObjectOutput](k)(k.client.GetObject(k.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: &key}))
	return fakeawstest.Read(k, out.Body)
}

// entry is the last one in the manifest, with the comma in front.
func (k *kit) entry(key string) string {
	k.Helper()
	document := k.get("manifest.json")
	from := strings.Index(document, `,{"key":"`+key)
	if from < 0 {
		k.Fatalf("got the manifest %s, want %s at its end", document, key)
	}
	return document[from : from+strings.Index(document[from:], "}")+1]
}

// TestHugeManifest has one of which a part is read, and more keys than a page.
func TestHugeManifest(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	k.options.Include = []storagecheck.Name{storagecheck.Manifest, storagecheck.List}
	if err := k.server.AddSyntheticBucket("many", fakeaws.Synthetic{Shape: fakeaws.ShapeCounter, Keys: 5000}); err != nil {
		t.Fatal(err)
	}
	k.options.Bucket = "many"
	page := fakeawstest.Must[*s3.ListObjectsV2Output](t)(k.client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("many")}))
	put := func(t *testing.T, change func(i int, v *manifest.Video)) {
		t.Helper()
		var document strings.Builder
		encoder := manifest.NewEncoder(&document)
		add := func(v manifest.Video) {
			if err := encoder.Add(v); err != nil {
				t.Fatal(err)
			}
		}
		for i, o := range page.Contents {
			if strings.HasSuffix(*o.Key, ".mp4") {
				v := manifest.Video{Key: *o.Key, Size: *o.Size, LastModified: *o.LastModified}
				change(i, &v)
				add(v)
			}
		}
		for i := range 100_000 {
			add(manifest.Video{Key: fmt.Sprintf("z/%06d.mp4", i), Size: 1, LastModified: time.Now()})
		}
		if _, err := encoder.Close(time.Now()); err != nil {
			t.Fatal(err)
		}
		fakeawstest.Must[*s3.PutObjectOutput](t)(k.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("many"), Key: aws.String("manifest.json"), Body: strings.NewReader(document.String())}))
	}
	t.Run("equal", func(t *testing.T) {
		k.T = t
		put(t, func(int, *manifest.Video) {})
		k.pass(storagecheck.Manifest, storagecheck.List)
		if r := k.run()[storagecheck.List]; !strings.Contains(r.Detail, "the first 1,000 objects") {
			t.Errorf("got %q, want the first 1,000 objects in it", r.Detail)
		}
	})
	t.Run("another size", func(t *testing.T) {
		k.T = t
		put(t, func(i int, v *manifest.Video) {
			if i > 900 {
				v.Size++
			}
		})
		k.fails(storagecheck.Manifest, storagecheck.ManifestStale, "was overwritten")
	})
}

func TestCORS(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	k.options.Include = []storagecheck.Name{storagecheck.CORS, storagecheck.PresignedURL}
	get := []string{"GET"}
	for name, tt := range map[string]struct {
		rule s3types.CORSRule
		want string
	}{
		"any origin":    {s3types.CORSRule{AllowedMethods: get, AllowedOrigins: []string{"*"}, AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"Content-Range"}}, want(storagecheck.Pass, storagecheck.OK)},
		"a wildcard":    {s3types.CORSRule{AllowedMethods: get, AllowedOrigins: []string{"https://*.example.com"}, AllowedHeaders: []string{"Range"}, ExposeHeaders: []string{"content-range"}}, want(storagecheck.Pass, storagecheck.OK)},
		"the guide's":   {s3types.CORSRule{AllowedMethods: get, AllowedOrigins: []string{origin}, AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"ETag"}}, want(storagecheck.Warn, storagecheck.CORSHidden)},
		"another one":   {s3types.CORSRule{AllowedMethods: get, AllowedOrigins: []string{"https://other.example.com"}, AllowedHeaders: []string{"*"}}, want(storagecheck.Fail, storagecheck.CORSRefused)},
		"another port":  {s3types.CORSRule{AllowedMethods: get, AllowedOrigins: []string{origin + ":8443"}, AllowedHeaders: []string{"*"}}, want(storagecheck.Fail, storagecheck.CORSRefused)},
		"no headers":    {s3types.CORSRule{AllowedMethods: get, AllowedOrigins: []string{origin}}, want(storagecheck.Fail, storagecheck.CORSNoRange)},
		"uploads alone": {s3types.CORSRule{AllowedMethods: []string{"PUT"}, AllowedOrigins: []string{origin}, AllowedHeaders: []string{"*"}}, want(storagecheck.Fail, storagecheck.CORSRefused)},
	} {
		t.Run(name, func(t *testing.T) {
			k.T = t
			k.cors(tt.rule)
			k.expect(false, map[storagecheck.Name]string{storagecheck.CORS: tt.want, storagecheck.PresignedURL: want(storagecheck.Pass, storagecheck.OK)})
		})
	}
	t.Run("refused by something else", func(t *testing.T) {
		k.T = t
		defer k.server.Inject(fakeaws.Fault{Operation: "CORSPreflight", Status: http.StatusForbidden, Foreign: true})()
		k.expect(true, map[storagecheck.Name]string{storagecheck.CORS: want(storagecheck.Skipped, storagecheck.Unsupported)})
	})
	t.Run("no rules", func(t *testing.T) {
		k.T = t
		fakeawstest.Must[*s3.DeleteBucketCorsOutput](t)(k.client.DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: fakeawstest.Videos}))
		k.fails(storagecheck.CORS, storagecheck.CORSMissing)
	})
	t.Run("no origin", func(t *testing.T) {
		k.T, k.options.Origin = t, ""
		k.expect(true, map[storagecheck.Name]string{storagecheck.CORS: want(storagecheck.Skipped, storagecheck.NoOrigin)})
		if n := k.server.Requests().Count("CORSPreflight"); n != 0 {
			t.Errorf("got %d preflights, want none", n)
		}
	})
}

func TestPresignedURLs(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	k.options.Include = []storagecheck.Name{storagecheck.Get, storagecheck.PresignedURL}
	presigned := func(t *testing.T, wanted string) {
		t.Helper()
		k.T = t
		k.expect(false, map[storagecheck.Name]string{storagecheck.Get: want(storagecheck.Pass, storagecheck.OK), storagecheck.PresignedURL: wanted})
	}
	t.Run("in the form of FOVEA's SDK", func(t *testing.T) {
		link, _, err := k.setup.Own.PresignGet(t.Context(), "us-east-1", "videos", "clips/a.mp4")
		if err != nil || !strings.Contains(link, "x-amz-checksum-mode=ENABLED") {
			t.Errorf("got %s, %v, want x-amz-checksum-mode=ENABLED in it", link, err)
		}
	})
	t.Run("denied by the policy", func(t *testing.T) {
		app := fakeawstest.NewUser(t, k.server, "fovea", fakeawstest.ReadPolicy(t))
		k.app(app)
		deny := `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*","Condition":{"StringEquals":{"s3:authType":"REST-QUERY-STRING"}}}`
		if err := fakeawstest.PutPolicy(t, k.client, policy(deny)); err != nil {
			t.Fatal(err)
		}
		presigned(t, want(storagecheck.Fail, storagecheck.PresignedRefused))
		fakeawstest.Must[*s3.DeleteBucketPolicyOutput](t)(k.client.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: fakeawstest.Videos}))
		presigned(t, want(storagecheck.Pass, storagecheck.OK))
		k.setup.App = nil
	})
	t.Run("without ranges", func(t *testing.T) {
		k.setup.HTTP = doer(func(r *http.Request) (*http.Response, error) {
			r.Header.Del("Range")
			return k.clients.HTTP().Do(r)
		})
		k.options.Include = []storagecheck.Name{storagecheck.PresignedURL}
		presigned(t, want(storagecheck.Warn, storagecheck.RangeIgnored))
	})
	t.Run("an error that repeats the URL", func(t *testing.T) {
		k.setup.HTTP = doer(func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("X-Amz-Signature") == "" {
				return k.clients.HTTP().Do(r)
			}
			document := "<Error><Code>Odd</Code><Message>cannot read " + strings.ReplaceAll(r.URL.String(), "&", "&amp;") + "</Message></Error>"
			return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: http.NoBody, Request: r}, fmt.Errorf("%s: %s", r.URL, document)
		})
		presigned(t, want(storagecheck.Fail, storagecheck.OtherError))
	})
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func TestArchivedVideos(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	k.options.Include = []storagecheck.Name{storagecheck.Get, storagecheck.PresignedURL, storagecheck.ArchivedVideos, storagecheck.Costs}
	fakeawstest.Put(t, k.client, "clips/old.mp4", "0123456789", func(in *s3.PutObjectInput) { in.StorageClass = s3types.StorageClassGlacier })
	k.fails(storagecheck.ArchivedVideos, storagecheck.VideosArchived, `"clips/old.mp4" (GLACIER)`)
	t.Run("no other video", func(t *testing.T) {
		k.T = t
		k.delete("clips/a.mp4")
		k.expect(false, map[storagecheck.Name]string{storagecheck.Get: want(storagecheck.Fail, storagecheck.VideoArchived), storagecheck.PresignedURL: want(storagecheck.Fail, storagecheck.VideoArchived)})
	})
	t.Run("restored", func(t *testing.T) {
		k.T = t
		fakeawstest.Must[*s3.RestoreObjectOutput](t)(k.client.RestoreObject(t.Context(), &s3.RestoreObjectInput{
			Bucket: fakeawstest.Videos, Key: aws.String("clips/old.mp4"), RestoreRequest: &s3types.RestoreRequest{Days: aws.Int32(1)},
		}))
		k.pass(storagecheck.Get, storagecheck.PresignedURL, storagecheck.ArchivedVideos, storagecheck.Costs)
	})
}

func TestSettings(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	lifecycle := func(rule s3types.LifecycleRule) func() error {
		return func() error {
			rule.ID, rule.Status, rule.Filter = aws.String("Old"), s3types.ExpirationStatusEnabled, &s3types.LifecycleRuleFilter{Prefix: aws.String("")}
			_, err := k.client.PutBucketLifecycleConfiguration(t.Context(), &s3.PutBucketLifecycleConfigurationInput{
				Bucket: fakeawstest.Videos, LifecycleConfiguration: &s3types.BucketLifecycleConfiguration{Rules: []s3types.LifecycleRule{rule}},
			})
			return err
		}
	}
	unblock := func() error {
		_, err := k.client.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: fakeawstest.Videos})
		return err
	}
	for _, tt := range []struct {
		name    string
		arrange func() error
		check   storagecheck.Name
		want    string
		words   string
	}{
		{"no versioning", func() error { return nil }, storagecheck.Versioning, want(storagecheck.Warn, storagecheck.VersioningOff), "not enabled"},
		{"versioning", func() error {
			return fakeawstest.PutVersioning(t, k.client, "videos", s3types.BucketVersioningStatusEnabled)
		}, storagecheck.Versioning, want(storagecheck.Pass, storagecheck.OK), ""},
		{"versioning that ended", func() error {
			return fakeawstest.PutVersioning(t, k.client, "videos", s3types.BucketVersioningStatusSuspended)
		}, storagecheck.Versioning, want(storagecheck.Warn, storagecheck.VersioningOff), "suspended"},
		{"no policy", func() error { return nil }, storagecheck.TLSOnly, want(storagecheck.Skipped, storagecheck.Unconfigured), "an http:// one"},
		{"TLS only", func() error { return fakeawstest.PutPolicy(t, k.client, policy(fakeawstest.TLSOnly)) }, storagecheck.TLSOnly, want(storagecheck.Pass, storagecheck.OK), ""},
		{"blocked", func() error { return nil }, storagecheck.PublicAccess, want(storagecheck.Pass, storagecheck.OK), ""},
		{"not blocked", unblock, storagecheck.PublicAccess, want(storagecheck.Warn, storagecheck.PublicNotBlocked), "BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets"},
		{"open to all", func() error { return fakeawstest.PutPolicy(t, k.client, policy(fakeawstest.Open)) }, storagecheck.PublicAccess, want(storagecheck.Fail, storagecheck.PublicPolicy), "lets everyone in"},
		{"encryption", func() error { return nil }, storagecheck.Encryption, want(storagecheck.Pass, storagecheck.OK), "AES256"},
		{"no lifecycle", func() error { return nil }, storagecheck.Lifecycle, want(storagecheck.Pass, storagecheck.OK), "no lifecycle rules"},
		{"a lifecycle that archives", lifecycle(s3types.LifecycleRule{Transitions: []s3types.Transition{{Days: aws.Int32(365), StorageClass: s3types.TransitionStorageClassGlacier}}}), storagecheck.Lifecycle, want(storagecheck.Warn, storagecheck.LifecycleArchives), `"Old"`},
		{"one that plays", lifecycle(s3types.LifecycleRule{Transitions: []s3types.Transition{{Days: aws.Int32(365), StorageClass: s3types.TransitionStorageClassGlacierIr}}}), storagecheck.Lifecycle, want(storagecheck.Pass, storagecheck.OK), ""},
		{"a lifecycle that deletes", lifecycle(s3types.LifecycleRule{Expiration: &s3types.LifecycleExpiration{Days: aws.Int32(30)}}), storagecheck.Lifecycle, want(storagecheck.Warn, storagecheck.LifecycleDeletes), `"Old"`},
		{"no replication", func() error { return nil }, storagecheck.Replication, want(storagecheck.Warn, storagecheck.ReplicationOff), "not replicated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k.T = t
			if err := tt.arrange(); err != nil {
				t.Fatal(err)
			}
			k.options.Include = []storagecheck.Name{tt.check}
			r := k.run()[tt.check]
			if got := want(r.Status, r.Code); got != tt.want || !strings.Contains(r.Detail, tt.words) {
				t.Errorf("got %s %q, want %s with %q", got, r.Detail, tt.want, tt.words)
			}
		})
	}
	t.Run("with TLS", func(t *testing.T) {
		k.T, k.setup.WithoutTLS, k.options.Include = t, false, []storagecheck.Name{storagecheck.TLSOnly}
		k.expect(true, map[storagecheck.Name]string{storagecheck.TLSOnly: want(storagecheck.Warn, storagecheck.TLSOptional)})
	})
}
