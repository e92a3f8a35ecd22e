package examples

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// storageModule is the folder of the module video-storage.
var storageModule = filepath.Join("modules", "video-storage")

// moduleExamples are the tests of the folders in the module's examples.
var moduleExamples = map[string]func(*testing.T){
	"minimal":         testModuleMinimal,
	"complete":        testModuleComplete,
	"existing-bucket": testModuleExistingBucket,
	"s3-compatible":   testModuleS3Compatible,
}

// TestModuleExamples applies every example of the module, expects an empty second plan
// and a destroy that leaves nothing, and fails for one without a test.
func TestModuleExamples(t *testing.T) {
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	folders, err := fs.Glob(os.DirFS(filepath.Join(root, storageModule, "examples")), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range folders {
		if moduleExamples[name] == nil {
			t.Errorf("the module's example %s has no test: add one to moduleExamples", name)
		}
	}
	for name, test := range moduleExamples {
		if !slices.Contains(folders, name) {
			t.Errorf("the module's example %s has a test, but no files", name)
			continue
		}
		t.Run(name, test)
	}
}

// copyModuleExample copies an example of the module with the module.
func copyModuleExample(t *testing.T, name, override string, variables map[string]any) *folder {
	t.Helper()
	return copyFolder(t, filepath.Join(storageModule, "examples", name), override, variables)
}

func testModuleMinimal(t *testing.T) {
	e := fake(t, "its block has no settings of a server")
	f := copyModuleExample(t, "minimal", toServer(e)+denyWithoutTLS("storage"), map[string]any{"force_destroy": true})
	f.apply(t)
	f.planIsEmpty(t)
	if dotenv := f.run(t, "output", "-raw", "dotenv"); !strings.Contains(dotenv, "S3_BUCKET=yourcompany-fovea-videos\n") || !strings.Contains(dotenv, "AWS_ACCESS_KEY_ID=AKIA") {
		t.Errorf("the environment has no bucket or no key:\n%s", dotenv)
	}
	f.destroy(t)
	nothingLeft(t, e)
	nobodyLeft(t, e)
}

// maxCompletePlan is the most requests of a plan without changes of the complete
// example: 53 for production, which has every part, and 14 for staging.
const maxCompletePlan = 67

func testModuleComplete(t *testing.T) {
	e := fake(t, "moto has neither metrics nor Intelligent-Tiering configurations")
	override := toServer(e) + strings.Replace(toServer(e), "{\n", "{\n  alias = \"staging\"\n", 1) + denyWithoutTLS("production") + denyWithoutTLS("staging")
	f := copyModuleExample(t, "complete", override, map[string]any{"force_destroy": true})
	f.apply(t)

	e.Fake.Requests().Reset()
	f.planIsEmpty(t)
	requests := e.Fake.Requests().Total()
	t.Logf("a plan without changes of the complete example sends %d requests", requests)
	if requests > maxCompletePlan {
		t.Errorf("a plan without changes sends %d requests, want at most %d: %v", requests, maxCompletePlan, e.Fake.Requests().Counts())
	}

	theBackupIsReadable(t, e, f)
	f.apply(t, "-var=staging=false") // count = 0
	left, err := e.S3.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(left.Buckets) != 4 {
		t.Errorf("got %d buckets without staging, want the 4 of production", len(left.Buckets))
	}
	f.destroy(t)
	nothingLeft(t, e)
	nobodyLeft(t, e)
}

// theBackupIsReadable fails over: it reads the bucket of the copies with FOVEA's key.
func theBackupIsReadable(t *testing.T, e *acctest.Env, f *folder) {
	t.Helper()
	settings := settingsOf(f.run(t, "output", "-raw", "backup_dotenv"))
	bucket, key := settings["S3_BUCKET"], "intro.mp4"
	if bucket != "yourcompany-fovea-production-backup" || settings["S3_REGION"] != "us-west-2" {
		t.Fatalf("the environment of the backup has the bucket %s in %s", bucket, settings["S3_REGION"])
	}
	inRegion := func(o *s3.Options) { o.Region = settings["S3_REGION"] }
	if _, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("video")}, inRegion); err != nil {
		t.Fatal(err)
	}
	reader := e.S3As(t, settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"])
	if _, err := reader.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket}, inRegion); err != nil {
		t.Errorf("FOVEA's key does not list the backup: %v", err)
	}
	if _, err := reader.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key}, inRegion); err != nil {
		t.Errorf("FOVEA's key does not read the backup: %v", err)
	}
	if _, err := reader.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}, inRegion); err == nil {
		t.Error("FOVEA's key deletes a video in the backup")
	}
	cors, err := e.S3.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: &bucket}, inRegion)
	if err != nil {
		t.Fatal(err)
	}
	if origins := cors.CORSRules[0].AllowedOrigins; !slices.Contains(origins, "https://fovea.example.com") {
		t.Errorf("the backup allows the origins %v, not that of FOVEA", origins)
	}
}

// testModuleExistingBucket makes two buckets with a video each, one with CORS rules,
// and looks whether they are still there after the apply.
func testModuleExistingBucket(t *testing.T) {
	e := fake(t, "its block has no settings of a server")
	imported, shared := "company-videos", "company-media"
	for _, bucket := range []string{imported, shared} {
		if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
			t.Fatal(err)
		}
		upload(t, e.S3, bucket, "fovea/intro.mp4")
	}
	if _, err := e.S3.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: &imported, CORSConfiguration: &s3types.CORSConfiguration{
		CORSRules: []s3types.CORSRule{{AllowedOrigins: []string{"https://old.example.com"}, AllowedMethods: []string{"GET"}}},
	}}); err != nil {
		t.Fatal(err)
	}
	f := copyModuleExample(t, "existing-bucket", toServer(e)+denyWithoutTLS("imported")+denyWithoutTLS("shared"), map[string]any{
		"imported_bucket": imported, "shared_bucket": shared, "force_destroy": true,
	})
	f.apply(t)
	f.planIsEmpty(t)
	for operation, want := range map[string]int{"CreateBucket": 2, "DeleteBucket": 0} {
		if got := e.Fake.Requests().Count(operation); got != want {
			t.Errorf("got %d requests of %s, want %d", got, operation, want)
		}
	}
	for _, bucket := range []string{imported, shared} {
		key := "fovea/intro.mp4"
		if _, err := e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key}); err != nil {
			t.Errorf("the video in %s: %v", bucket, err)
		}
	}
	f.destroy(t)
	nothingLeft(t, e)
	nobodyLeft(t, e)
}

// testModuleS3Compatible plays a server without IAM and STS, and without the documents
// that such servers mostly lack.
func testModuleS3Compatible(t *testing.T) {
	e := fake(t, "it plays a server that lacks documents")
	name := "fovea"
	user, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{"BucketEncryption", "PublicAccessBlock", "BucketOwnershipControls"} {
		for _, verb := range []string{"Get", "Put", "Delete"} {
			e.Fake.Inject(fakeaws.Fault{Operation: verb + document, Status: http.StatusNotImplemented, Code: "NotImplemented", Message: "not here"})
		}
	}
	e.Fake.Requests().Reset()

	f := copyModuleExample(t, "s3-compatible", "provider \"fovea\" {\n"+credentialsOf(e)+"}\n", map[string]any{
		"endpoint": e.Endpoint, "reader": *user.User.Arn, "force_destroy": true,
	})
	f.apply(t)
	f.planIsEmpty(t)
	var environment map[string]string
	f.output(t, "environment", &environment)
	if environment["S3_ENDPOINT"] != e.Endpoint || environment["S3_BUCKET"] != "fovea-production-videos" {
		t.Errorf("the environment has %s at %s", environment["S3_BUCKET"], environment["S3_ENDPOINT"])
	}
	f.destroy(t)
	nothingLeft(t, e)
	for operation, count := range e.Fake.Requests().Counts() {
		if strings.HasSuffix(operation, "User") || strings.HasSuffix(operation, "Role") || operation == "GetCallerIdentity" {
			t.Errorf("%d requests of %s, which such a server does not have", count, operation)
		}
	}
}

// TestModule runs the module's own tests: without a server, and on one.
func TestModule(t *testing.T) {
	e := fake(t, "moto has neither metrics nor Intelligent-Tiering configurations")
	f := copyFolder(t, storageModule, "", nil)
	root := e.Fake.Root()
	server := []string{
		"AWS_ENDPOINT_URL=" + e.Endpoint, "AWS_REGION=" + e.Region,
		"AWS_ACCESS_KEY_ID=" + root.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + root.SecretAccessKey,
	}
	f.run(t, "fmt", "-check", "-recursive")
	f.run(t, "init", "-test-directory=tests/server")
	for name, arguments := range map[string][]string{"mocked": {"test"}, "on a server": {"test", "-test-directory=tests/server"}} {
		t.Run(name, func(t *testing.T) {
			cmd := f.session.Command(t.Context(), f.dir, arguments...)
			switch {
			case name != "mocked":
				cmd.Env = append(slices.Clone(cmd.Env), server...)
			case f.session.CLI.Product == "OpenTofu":
				t.Skip("mock_provider of OpenTofu has no source, which reads tests/mocks")
			}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("terraform test: %v\n%s", err, out)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			t.Log(lines[len(lines)-1])
		})
	}
	nothingLeft(t, e)
	nobodyLeft(t, e)
}

// TestModuleSwitches switches parts off while their buckets hold objects: what cannot
// be restored is refused at plan, and stays.
func TestModuleSwitches(t *testing.T) {
	e := fake(t, "the requests are counted")
	f := copyFolder(t, storageModule, regional(e), map[string]any{
		"name_prefix": "fovea-test", "frontend_urls": []string{"https://fovea.example.com"}, "deny_insecure_transport": true,
		"access_user": map[string]any{}, "manifest": map[string]any{},
		"logs": map[string]any{}, "inventory": map[string]any{}, "backup": map[string]any{"region": "us-west-2"},
	})
	f.apply(t)
	upload(t, e.S3, "fovea-test-videos", "intro.mp4")
	upload(t, e.S3, "fovea-test-logs", "s3-access/2026-01-01")
	upload(t, e.S3, "fovea-test-inventory", "fovea-test-videos/FOVEAVideos/data/1.parquet")
	copies, key := "fovea-test-backup", "intro.mp4"
	if _, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &copies, Key: &key}, func(o *s3.Options) { o.Region = "us-west-2" }); err != nil {
		t.Fatal(err)
	}
	e.Fake.Requests().Reset()

	all := []string{"videos", "logs", "inventory", "backup"}
	for name, tt := range map[string]struct {
		switched []string
		kept     []string // what the plan refuses to destroy or replace
	}{
		"parts off":      {[]string{"-var=logs=null", "-var=inventory=null", "-var=backup=null"}, all[1:]},
		"bucket off":     {[]string{"-var=create_bucket=false"}, all[:1]},
		"another prefix": {[]string{"-var=name_prefix=fovea-other"}, all[:3]},
		"another region": {[]string{"-var=region=eu-west-1"}, all[:3]},
	} {
		t.Run(name, func(t *testing.T) {
			refused := &tfcli.CommandError{}
			_, err := f.session.Run(t.Context(), f.dir, append([]string{"plan"}, tt.switched...)...)
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a plan that is refused", err)
			}
			for _, bucket := range tt.kept {
				if want := "Error: The bucket fovea-test-" + bucket + " "; !strings.Contains(refused.Output, want) {
					t.Errorf("got no %q, want the bucket kept:\n%s", want, refused.Output)
				}
			}
		})
	}
	if writes := writesOf(e); len(writes) > 0 {
		t.Errorf("plans that are refused have sent %v", writes)
	}

	// In place: the buckets stay, with what they hold.
	f.apply(t, `-var=logs={enabled=false,expiration_days=0}`, `-var=backup={region="us-west-2",enabled=false}`, "-var=manifest=null", "-var=force_destroy=true")
	if n := e.Fake.Requests().Count("DeleteBucket") + e.Fake.Requests().Count("CreateBucket"); n != 0 {
		t.Errorf("got %d buckets deleted or created, want none", n)
	}
	f.apply(t, "-var=force_destroy=true", `-var=metrics={}`, `-var=ec2_role={}`)
	f.planIsEmpty(t, "-var=force_destroy=true", `-var=metrics={}`, `-var=ec2_role={}`)
	f.run(t, "destroy", "-auto-approve")
	nothingLeft(t, e)
	nobodyLeft(t, e)
}

// TestModuleWithUnknownValues plans two calls of the module whose arguments are known
// after the apply alone, as those that come from other resources.
func TestModuleWithUnknownValues(t *testing.T) {
	e := fake(t, "the provider asks who it is")
	f := copyFolder(t, filepath.Join("internal", "dev", "examples", "testdata", "unknown"), toServer(e), nil)
	f.run(t, "init")
	printed, changes := f.plan(t)
	if !changes || !strings.Contains(printed, "module.elsewhere.fovea_bucket_replication.videos[0]") {
		t.Errorf("the plan lacks the resources of a module:\n%s", printed)
	}
}

// writesOf are the operations since the last reset that change something.
func writesOf(e *acctest.Env) []string {
	var writes []string
	for _, entry := range e.Fake.Requests().Entries() {
		if !strings.HasPrefix(entry.Operation, "Get") && !strings.HasPrefix(entry.Operation, "List") && !strings.HasPrefix(entry.Operation, "Head") {
			writes = append(writes, entry.Operation)
		}
	}
	return writes
}
