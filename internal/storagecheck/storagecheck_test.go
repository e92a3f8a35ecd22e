package storagecheck_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

func TestHealthyBucket(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	if err := fakeawstest.PutVersioning(t, k.client, "videos", s3types.BucketVersioningStatusEnabled); err != nil {
		t.Fatal(err)
	}
	if err := fakeawstest.PutPolicy(t, k.client, policy(fakeawstest.TLSOnly)); err != nil {
		t.Fatal(err)
	}
	all := slices.DeleteFunc(storagecheck.Names(), func(n storagecheck.Name) bool { return n == storagecheck.Replication })
	k.pass(all...)
	t.Run("with the app's key", func(t *testing.T) {
		k.T = t
		k.app(fakeawstest.NewUser(t, k.server, "fovea", fakeawstest.ReadPolicy(t)))
		k.pass(all...)
		own, app := 0, 0
		for _, entry := range k.server.Requests().Entries() {
			if strings.HasSuffix(entry.Principal, ":user/fovea") {
				app++
			} else {
				own++
			}
		}
		if app != storagecheck.MaxAppRequests || own > storagecheck.MaxRequests {
			t.Errorf("got %d requests with the app's key and %d others, want %d and at most %d", app, own, storagecheck.MaxAppRequests, storagecheck.MaxRequests)
		}
	})
	t.Run("the default", func(t *testing.T) {
		k.T, k.setup.App, k.options.Include = t, nil, nil
		k.pass(storagecheck.Default()...)
		if n := k.server.Requests().Total(); n != 6 {
			t.Errorf("got %d requests, want 6: %v", n, k.server.Requests().Counts())
		}
	})
	t.Run("one setting", func(t *testing.T) {
		k.T, k.options.Include = t, []storagecheck.Name{storagecheck.Versioning}
		k.pass(storagecheck.Versioning)
		if n := k.server.Requests().Total(); n != 2 {
			t.Errorf("got %d requests, want 2: %v", n, k.server.Requests().Counts())
		}
	})
}

// setKey changes the status of the only key of a user.
func setKey(t *testing.T, k *kit, user, id string, status iamtypes.StatusType) {
	t.Helper()
	fakeawstest.Must[*iam.UpdateAccessKeyOutput](t)(fakeawstest.IAM(k.server, k.server.Root()).UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: status}))
}

func TestAppKeys(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	app := fakeawstest.NewUser(t, k.server, "fovea", fakeawstest.ReadPolicy(t))
	refused := func(code storagecheck.Code) map[storagecheck.Name]string {
		skipped := want(storagecheck.Skipped, storagecheck.NotReached)
		return map[storagecheck.Name]string{
			storagecheck.Credentials: want(storagecheck.Fail, code), storagecheck.List: skipped, storagecheck.Get: skipped, storagecheck.PresignedURL: skipped,
			storagecheck.CORS: want(storagecheck.Pass, storagecheck.OK), storagecheck.Manifest: want(storagecheck.Pass, storagecheck.OK),
		}
	}
	t.Run("inactive", func(t *testing.T) {
		k.T = t
		setKey(t, k, "fovea", app.AccessKeyID, iamtypes.StatusTypeInactive)
		k.app(app)
		k.expect(true, refused(storagecheck.KeyUnknown))
		setKey(t, k, "fovea", app.AccessKeyID, iamtypes.StatusTypeActive)
		k.pass(storagecheck.Credentials, storagecheck.List, storagecheck.Get, storagecheck.PresignedURL)
	})
	t.Run("another secret", func(t *testing.T) {
		k.T = t
		k.app(fakeaws.Credentials{AccessKeyID: app.AccessKeyID, SecretAccessKey: "secret-of-this-test-which-is-another"})
		k.expect(true, refused(storagecheck.SecretWrong))
	})
	t.Run("temporary", func(t *testing.T) {
		k.T = t
		k.app(app)
		k.setup.AppTemporary = true
		k.expect(true, refused(storagecheck.KeyTemporary))
		k.setup.AppTemporary = false
	})
	t.Run("one check alone", func(t *testing.T) {
		k.T = t
		k.app(fakeaws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret-of-this-test-which-is-another"})
		k.options.Include = []storagecheck.Name{storagecheck.Get}
		k.fails(storagecheck.Get, storagecheck.KeyUnknown, "The app's access key is not accepted")
	})
}

// TestRights takes one right after the other from the app.
func TestRights(t *testing.T) {
	clock := fakeawstest.NewClock()
	k := newKit(t, fakeaws.Options{Clock: clock.Now})
	list, get := fakeawstest.Allow(`"s3:ListBucket"`, "arn:aws:s3:::videos"), fakeawstest.Allow(`"s3:GetObject"`, "arn:aws:s3:::videos/*")
	t.Run("no list", func(t *testing.T) {
		k.T = t
		k.app(fakeawstest.NewUser(t, k.server, "reader", policy(get)))
		k.fails(storagecheck.List, storagecheck.ListDenied, "deletes the annotations", "s3:ListBucket")
	})
	t.Run("no get", func(t *testing.T) {
		k.T = t
		k.app(fakeawstest.NewUser(t, k.server, "lister", policy(list)))
		k.expect(true, map[storagecheck.Name]string{
			storagecheck.Get: want(storagecheck.Fail, storagecheck.GetDenied), storagecheck.PresignedURL: want(storagecheck.Skipped, storagecheck.NotReached),
		})
	})
	t.Run("no KMS key", func(t *testing.T) {
		k.T = t
		clock.Advance(2 * time.Second) // the newest video is tried
		const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
		fakeawstest.Put(t, k.client, "clips/b.mp4", "0123456789", func(in *s3.PutObjectInput) {
			in.ServerSideEncryption, in.SSEKMSKeyId = s3types.ServerSideEncryptionAwsKms, aws.String(key)
		})
		k.publish()
		k.app(fakeawstest.NewUser(t, k.server, "keyless", policy(list, get)))
		results := k.expect(true, map[storagecheck.Name]string{
			storagecheck.Get: want(storagecheck.Fail, storagecheck.KMSDenied), storagecheck.PresignedURL: want(storagecheck.Fail, storagecheck.KMSDenied),
		})
		if got := results[storagecheck.Get].Facts.KMSKey; got != key {
			t.Errorf("got the key %q, want %q", got, key)
		}
		k.app(fakeawstest.NewUser(t, k.server, "keyed", policy(list, get, fakeawstest.Allow(`"kms:Decrypt"`, key))))
		k.pass(storagecheck.Get, storagecheck.PresignedURL)
		k.delete("clips/b.mp4")
		k.publish()
	})
	t.Run("the provider's credentials", func(t *testing.T) {
		k.T, k.setup.App = t, nil
		k.connect(k.server.URL(), fakeawstest.NewUser(t, k.server, "lost", policy(get)))
		k.expect(true, map[storagecheck.Name]string{
			storagecheck.Credentials: want(storagecheck.Pass, storagecheck.OK), storagecheck.List: want(storagecheck.Fail, storagecheck.ListDenied),
			storagecheck.Get:            want(storagecheck.Pass, storagecheck.OK), // of the manifest
			storagecheck.ArchivedVideos: want(storagecheck.Skipped, storagecheck.NotReached), storagecheck.Manifest: want(storagecheck.Skipped, storagecheck.NotPermitted),
			storagecheck.Versioning: want(storagecheck.Skipped, storagecheck.NotPermitted), storagecheck.PublicAccess: want(storagecheck.Skipped, storagecheck.NotPermitted),
		})
	})
}

// TestReadOnlyCredentials has a role for plans.
func TestReadOnlyCredentials(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	k.connect(k.server.URL(), fakeawstest.NewUser(t, k.server, "planner", fakeawstest.ReadPolicy(t)))
	results := k.run()
	for name, permission := range map[storagecheck.Name]string{
		storagecheck.PublicAccess: "s3:GetBucketPublicAccessBlock", storagecheck.TLSOnly: "s3:GetBucketPolicy", storagecheck.Versioning: "s3:GetBucketVersioning",
		storagecheck.Encryption: "s3:GetEncryptionConfiguration", storagecheck.Lifecycle: "s3:GetLifecycleConfiguration", storagecheck.Replication: "s3:GetReplicationConfiguration",
	} {
		if r := results[name]; r.Status != storagecheck.Skipped || r.Code != storagecheck.NotPermitted || r.Detail != "needs "+permission {
			t.Errorf("%s: got %s %s %q, want it skipped with %q", name, r.Status, r.Code, r.Detail, "needs "+permission)
		}
	}
	for _, name := range append(storagecheck.Default(), storagecheck.ArchivedVideos, storagecheck.Costs) {
		if r := results[name]; r.Status != storagecheck.Pass {
			t.Errorf("%s: got %s %s, want pass: %s", name, r.Status, r.Code, r.Detail)
		}
	}
}

func TestRegions(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	if err := fakeawstest.CreateIn(t, k.client, "far", "eu-west-1"); err != nil {
		t.Fatal(err)
	}
	k.options.Bucket = "far"
	k.options.Include = []storagecheck.Name{storagecheck.Credentials, storagecheck.Region, storagecheck.List, storagecheck.PresignedURL, storagecheck.Versioning}
	results := k.expect(true, map[storagecheck.Name]string{
		storagecheck.Region: want(storagecheck.Warn, storagecheck.RegionOther), storagecheck.List: want(storagecheck.Pass, storagecheck.OK),
		storagecheck.PresignedURL: want(storagecheck.Skipped, storagecheck.NoObject), storagecheck.Versioning: want(storagecheck.Warn, storagecheck.VersioningOff),
	})
	if got := results[storagecheck.Region]; got.Facts.Region != "eu-west-1" || !strings.Contains(got.Detail, "S3_REGION=eu-west-1") {
		t.Errorf("got the region %q and the detail %q, want eu-west-1 in both", got.Facts.Region, got.Detail)
	}
	key, body := "a.mp4", strings.NewReader("0123456789")
	fakeawstest.Must[*s3.PutObjectOutput](t)(fakeawstest.Client(k.server, k.server.Root(), fakeawstest.InRegion("eu-west-1")).PutObject(t.Context(), &s3.PutObjectInput{Bucket: &k.options.Bucket, Key: &key, Body: body}))
	k.pass(storagecheck.PresignedURL)
}

func TestMissingBuckets(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	t.Run("no bucket", func(t *testing.T) {
		k.T, k.options.Bucket = t, "videos-not"
		results := k.expect(false, map[storagecheck.Name]string{
			storagecheck.Credentials: want(storagecheck.Pass, storagecheck.OK), storagecheck.Region: want(storagecheck.Fail, storagecheck.BucketMissing),
			storagecheck.List: want(storagecheck.Skipped, storagecheck.NotReached), storagecheck.Versioning: want(storagecheck.Skipped, storagecheck.NotReached),
			storagecheck.ClockSkew: want(storagecheck.Pass, storagecheck.OK),
		})
		if storagecheck.Healthy([]storagecheck.Result{results[storagecheck.Region]}) {
			t.Error("got a healthy result, want one that is not")
		}
		k.options.Include = []storagecheck.Name{storagecheck.Versioning}
		k.fails(storagecheck.Versioning, storagecheck.BucketMissing)
		k.options.Include = storagecheck.Names()
	})
	t.Run("the bucket of another account", func(t *testing.T) {
		k.T, k.options.Bucket = t, "others"
		if err := fakeawstest.CreateIn(t, fakeawstest.Client(k.server, k.server.AddAccount("210987654321")), "others", ""); err != nil {
			t.Fatal(err)
		}
		k.expect(false, map[storagecheck.Name]string{
			storagecheck.Credentials: want(storagecheck.Pass, storagecheck.OK), storagecheck.Region: want(storagecheck.Pass, storagecheck.OK),
			storagecheck.List: want(storagecheck.Fail, storagecheck.ListDenied), storagecheck.Get: want(storagecheck.Fail, storagecheck.GetDenied),
			storagecheck.Manifest: want(storagecheck.Skipped, storagecheck.NotPermitted), storagecheck.CORS: want(storagecheck.Fail, storagecheck.CORSMissing),
		})
	})
	t.Run("an empty bucket", func(t *testing.T) {
		k.T, k.options.Bucket = t, "videos"
		k.delete("clips/a.mp4")
		k.delete("manifest.json")
		skipped := want(storagecheck.Skipped, storagecheck.NoObject)
		k.expect(true, map[storagecheck.Name]string{
			storagecheck.List: want(storagecheck.Pass, storagecheck.OK), storagecheck.Get: skipped, storagecheck.PresignedURL: skipped,
			storagecheck.Manifest: want(storagecheck.Fail, storagecheck.ManifestMissing), storagecheck.CORS: want(storagecheck.Pass, storagecheck.OK),
		})
		k.publish()
		k.pass(storagecheck.Manifest, storagecheck.Get, storagecheck.PresignedURL)
	})
}

// TestServers has answers that do not come from S3, and none.
func TestServers(t *testing.T) {
	blocked := func(t *testing.T, k *kit, code storagecheck.Code) {
		t.Helper()
		k.T = t
		results := k.run()
		for _, name := range storagecheck.Names() {
			r := results[name]
			if name == storagecheck.Credentials && want(r.Status, r.Code) != want(storagecheck.Fail, code) || name != storagecheck.Credentials && r.Status != storagecheck.Skipped && name != storagecheck.ClockSkew {
				t.Errorf("%s: got %s %s, want %s of the first check, and that the others are skipped: %s", name, r.Status, r.Code, code, r.Detail)
			}
		}
	}
	t.Run("a web page", func(t *testing.T) {
		k := newKit(t, fakeaws.Options{})
		k.server.Inject(fakeaws.Fault{Body: "<html>sign in</html>"})
		blocked(t, k, storagecheck.ForeignAnswer)
	})
	t.Run("nobody", func(t *testing.T) {
		k := newKit(t, fakeaws.Options{})
		gone := httptest.NewServer(http.NotFoundHandler())
		gone.Close()
		k.connect(gone.URL, k.server.Root())
		blocked(t, k, storagecheck.Unreachable)
	})
	t.Run("too many requests", func(t *testing.T) {
		k := newKit(t, fakeaws.Options{})
		k.server.Inject(fakeaws.Fault{Status: 503, Code: "SlowDown"})
		results := k.run()
		if r := results[storagecheck.List]; r.Code != storagecheck.ServerError || r.Status != storagecheck.Fail {
			t.Errorf("got %s %s, want fail %s", r.Status, r.Code, storagecheck.ServerError)
		}
	})
	t.Run("one that recovers", func(t *testing.T) {
		k := newKit(t, fakeaws.Options{})
		k.server.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Status: 503, Code: "SlowDown", Times: 1})
		k.pass(storagecheck.List)
	})
	t.Run("one that lacks parts", func(t *testing.T) {
		k := newKit(t, fakeaws.Options{})
		skipped := want(storagecheck.Skipped, storagecheck.Unsupported)
		wants := map[storagecheck.Name]string{}
		for operation, name := range map[string]storagecheck.Name{
			"GetPublicAccessBlock": storagecheck.PublicAccess, "GetBucketPolicy": storagecheck.TLSOnly, "GetBucketVersioning": storagecheck.Versioning,
			"GetBucketEncryption": storagecheck.Encryption, "GetBucketLifecycleConfiguration": storagecheck.Lifecycle, "GetBucketReplication": storagecheck.Replication,
			"CORSPreflight": storagecheck.CORS,
		} {
			k.server.Inject(fakeaws.Fault{Operation: operation, Status: 501, Code: "NotImplemented"})
			wants[name] = skipped
		}
		k.expect(true, wants)
	})
}

// TestSilence has a server that takes requests and does not answer.
func TestSilence(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	reached := make(chan struct{}, storagecheck.MaxRequests)
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(hung.Close)
	k.connect(hung.URL, k.server.Root())
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-reached
			cancel()
		}()
		results, err := storagecheck.Run(ctx, k.setup, k.options)
		if !errors.Is(err, context.Canceled) || results != nil {
			t.Errorf("got %v, %v, want no result and the cancellation", results, err)
		}
	})
	t.Run("a deadline", func(t *testing.T) {
		k.T = t
		k.setup.Limit = 50 * time.Millisecond
		results := k.run()
		if r := results[storagecheck.Credentials]; r.Status != storagecheck.Fail || r.Code != storagecheck.NoAnswer {
			t.Errorf("got %s %s, want fail %s", r.Status, r.Code, storagecheck.NoAnswer)
		}
	})
}

func TestClock(t *testing.T) {
	for name, tt := range map[string]struct {
		off  time.Duration
		want string
	}{
		"ahead by a second": {time.Second, want(storagecheck.Pass, storagecheck.OK)},
		"ahead":             {5 * time.Minute, want(storagecheck.Warn, storagecheck.ClockOff)},
		"behind":            {-5 * time.Minute, want(storagecheck.Warn, storagecheck.ClockOff)},
		"far ahead":         {2 * time.Hour, want(storagecheck.Fail, storagecheck.ClockSkewed)},
		"far behind":        {-2 * time.Hour, want(storagecheck.Fail, storagecheck.ClockSkewed)},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, fakeaws.Options{})
			skewed := fakeawstest.Start(t, fakeaws.Options{Clock: func() time.Time { return time.Now().Add(-tt.off) }})
			k.server, k.client = skewed, fakeawstest.Client(skewed, skewed.Root())
			k.connect(skewed.URL(), skewed.Root())
			k.options.Bucket = "none"
			k.options.Include = []storagecheck.Name{storagecheck.ClockSkew}
			got := k.run()[storagecheck.ClockSkew]
			if want(got.Status, got.Code) != tt.want {
				t.Errorf("got %s %s, want %s: %s", got.Status, got.Code, tt.want, got.Detail)
			}
		})
	}
}

// TestTLSRequired reaches the server through a proxy that tells it that there was no TLS.
func TestTLSRequired(t *testing.T) {
	k := newKit(t, fakeaws.Options{})
	target, err := url.Parse(k.server.URL())
	if err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // which is signed
		r.Out.Header.Set("X-Forwarded-Proto", "http")
	}})
	t.Cleanup(plain.Close)
	k.connect(plain.URL, fakeawstest.NewUser(t, k.server, "planner", policy(fakeawstest.Allow(`"s3:*"`, "*"))))
	k.pass(storagecheck.List)
	if err := fakeawstest.PutPolicy(t, k.client, policy(fakeawstest.TLSOnly)); err != nil {
		t.Fatal(err)
	}
	required := want(storagecheck.Fail, storagecheck.TLSRequired)
	k.expect(true, map[storagecheck.Name]string{storagecheck.List: required, storagecheck.Get: required, storagecheck.PresignedURL: required})
}
