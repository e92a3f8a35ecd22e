package storagecheck_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

const origin = "https://fovea.example.com"

// kit is a server with the bucket "videos", which has all that FOVEA needs.
type kit struct {
	*testing.T
	server  *fakeaws.Server
	client  *s3.Client // of the root user
	clients *awsclient.Clients
	setup   storagecheck.Setup
	options storagecheck.Options
}

// access signs URLs with clients, as the provider does.
type access struct{ *awsclient.Clients }

func (a access) PresignGet(ctx context.Context, region, bucket, key string) (string, http.Header, error) {
	signed, err := a.Presign(ctx, awsclient.PresignRequest{Method: http.MethodGet, Bucket: bucket, Key: key, Region: region, Lifetime: time.Hour, ChecksumMode: true})
	return signed.URL, http.Header{}, err
}

func newKit(t *testing.T, options fakeaws.Options) *kit {
	t.Helper()
	server, client := fakeawstest.WithBucket(t, options)
	k := &kit{T: t, server: server, client: client, options: storagecheck.Options{Bucket: "videos", ManifestKey: "manifest.json", Origin: origin, Include: storagecheck.Names()}}
	k.connect(server.URL(), server.Root())
	k.allowOrigin(origin)
	fakeawstest.Put(t, client, "clips/a.mp4", "0123456789")
	k.publish()
	return k
}

// connect makes the clients for an endpoint.
func (k *kit) connect(endpoint string, own fakeaws.Credentials) {
	k.Helper()
	clients, problems := awsclient.New(k.Context(), awsclient.Settings{
		Region: "us-east-1", AccessKey: own.AccessKeyID, SecretKey: own.SecretAccessKey, PathStyle: true, Endpoints: awsclient.Endpoints{S3: endpoint},
		SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	})
	if len(problems) > 0 {
		k.Fatal(problems)
	}
	k.clients = clients
	k.setup = storagecheck.Setup{Own: access{clients}, HTTP: clients.HTTP(), Now: clients.Now, Region: clients.Region, WithoutTLS: clients.WithoutTLS()}
}

// app checks a key in place of the root user's.
func (k *kit) app(key fakeaws.Credentials) {
	k.setup.App = access{k.clients.WithKey(key.AccessKeyID, key.SecretAccessKey)}
}

func (k *kit) allowOrigin(origins ...string) {
	k.Helper()
	k.cors(s3types.CORSRule{
		AllowedMethods: []string{"GET", "HEAD"}, AllowedOrigins: origins, AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"Content-Range"},
	})
}

func (k *kit) cors(rule s3types.CORSRule) {
	k.Helper()
	fakeawstest.Must[*s3.PutBucketCorsOutput](k)(k.client.PutBucketCors(k.Context(), &s3.PutBucketCorsInput{
		Bucket: fakeawstest.Videos, CORSConfiguration: &s3types.CORSConfiguration{CORSRules: []s3types.CORSRule{rule}},
	}))
}

// publish writes the manifest that follows from the bucket.
func (k *kit) publish() {
	k.Helper()
	var document strings.Builder
	encoder := manifest.NewEncoder(&document)
	for _, o := range fakeawstest.Must[*s3.ListObjectsV2Output](k)(k.client.ListObjectsV2(k.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})).Contents {
		if !strings.HasSuffix(*o.Key, ".mp4") {
			continue
		}
		v := manifest.Video{Key: *o.Key, Size: *o.Size, LastModified: *o.LastModified}
		if err := encoder.Add(v); err != nil {
			k.Fatal(err)
		}
	}
	if _, err := encoder.Close(k.server.Now()); err != nil {
		k.Fatal(err)
	}
	fakeawstest.Put(k, k.client, "manifest.json", document.String())
}

func (k *kit) delete(key string) {
	k.Helper()
	fakeawstest.Must[*s3.DeleteObjectOutput](k)(k.client.DeleteObject(k.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: &key}))
}

// run checks the bucket, and that no limit is exceeded and no secret shown.
func (k *kit) run() map[storagecheck.Name]storagecheck.Result {
	k.Helper()
	k.server.Requests().Reset()
	results, err := storagecheck.Run(k.Context(), k.setup, k.options)
	if err != nil {
		k.Fatal(err)
	}
	limit := storagecheck.MaxRequests
	if k.setup.App != nil {
		limit += storagecheck.MaxAppRequests
	}
	if n := k.server.Requests().Total(); n > limit {
		k.Errorf("got %d requests, want at most %d: %v", n, limit, k.server.Requests().Counts())
	}
	byName, names := map[storagecheck.Name]storagecheck.Result{}, []storagecheck.Name{}
	for _, r := range results {
		byName[r.Name], names = r, append(names, r.Name)
		if r.Code == "" || r.Detail == "" || !slices.Contains(storagecheck.Codes(), r.Code) {
			k.Errorf("%s: got the code %q and the detail %q, want both, and the code in Codes", r.Name, r.Code, r.Detail)
		}
		for _, secret := range []string{"X-Amz-Signature", "X-Amz-Credential", "AKIA", "ASIA", "secret-of-this-test"} {
			if strings.Contains(r.Detail, secret) && r.Code != storagecheck.KeyTemporary {
				k.Errorf("%s: got the detail %q, want no %s in it", r.Name, r.Detail, secret)
			}
		}
	}
	if want := included(k.options.Include); !slices.Equal(names, want) {
		k.Errorf("got the checks %v, want %v", names, want)
	}
	return byName
}

// included are the names of checks in their order.
func included(include []storagecheck.Name) []storagecheck.Name {
	if include == nil {
		return storagecheck.Default()
	}
	return slices.DeleteFunc(storagecheck.Names(), func(n storagecheck.Name) bool { return !slices.Contains(include, n) })
}

// want is a status with a code.
func want(status storagecheck.Status, code storagecheck.Code) string {
	return fmt.Sprintf("%s %s", status, code)
}

// expect runs the checks, and compares those that are named. All others must not fail,
// unless alone is false.
func (k *kit) expect(alone bool, wants map[storagecheck.Name]string) map[storagecheck.Name]storagecheck.Result {
	k.Helper()
	results := k.run()
	for name, r := range results {
		got := want(r.Status, r.Code)
		switch wanted, named := wants[name]; {
		case named && got != wanted:
			k.Errorf("%s: got %s, want %s: %s", name, got, wanted, r.Detail)
		case !named && alone && r.Status == storagecheck.Fail:
			k.Errorf("%s: got %s, want no failure: %s", name, got, r.Detail)
		}
	}
	return results
}

// fails is expect for one check that fails alone.
func (k *kit) fails(name storagecheck.Name, code storagecheck.Code, words ...string) {
	k.Helper()
	results := k.expect(true, map[storagecheck.Name]string{name: want(storagecheck.Fail, code)})
	for _, word := range words {
		if !strings.Contains(results[name].Detail, word) {
			k.Errorf("%s: got the detail %q, want %q in it", name, results[name].Detail, word)
		}
	}
}

// pass expects checks to pass.
func (k *kit) pass(names ...storagecheck.Name) {
	k.Helper()
	wants := map[storagecheck.Name]string{}
	for _, name := range names {
		wants[name] = want(storagecheck.Pass, storagecheck.OK)
	}
	k.expect(true, wants)
}

func policy(statements ...string) string { return fakeawstest.Policy(strings.Join(statements, ",")) }
