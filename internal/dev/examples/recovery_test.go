package examples

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

// The names of the page and of examples/restore.
const (
	recoveredBucket = "fovea-production-videos"
	recoveryBackup  = "fovea-backup-videos"
)

// inBackup makes a client call the region of the backup.
func inBackup(o *s3.Options) { o.Region = "us-west-2" }

// putVideo uploads an object as it is given.
func putVideo(t *testing.T, e *acctest.Env, bucket, key string, content []byte, class s3types.StorageClass, options ...func(*s3.Options)) {
	t.Helper()
	if _, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(content), ContentType: aws.String("video/mp4"), StorageClass: class,
		Metadata: map[string]string{"camera": "3"},
	}, options...); err != nil {
		t.Fatal(err)
	}
}

// replicate copies to the backup what it lacks, as S3 does, and the fake does not.
func replicate(t *testing.T, e *acctest.Env) {
	t.Helper()
	bucket, backup := recoveredBucket, recoveryBackup
	listed, err := e.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range listed.Contents {
		if object.StorageClass == s3types.ObjectStorageClassGlacier {
			putVideo(t, e, backup, *object.Key, bytes.Repeat([]byte("x"), int(*object.Size)), "", inBackup)
			continue
		}
		out, err := e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: object.Key})
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		putVideo(t, e, backup, *object.Key, content, "", inBackup)
	}
}

// recovery follows the page through accidents of a stack of the module.
func recovery() pageCommands {
	return pageCommands{stories: []story{{
		name: "accidents of a stack",
		blocks: []string{
			"export BUCKET=", "terraform init\nterraform plan", "aws s3api list-object-versions --bucket \"$BUCKET\" --prefix clips/intro.mp4", "aws s3api delete-object",
			"./undelete.sh", "aws s3api list-object-versions --bucket \"$BUCKET\" --prefix clips/outro.mp4", "aws s3api copy-object", "./put-back.sh",
			"aws s3 cp \"s3://$BACKUP/clips/lost.mp4\"", "aws s3api restore-object", "aws s3 cp \"s3://$BUCKET/raw/take1.mp4\"",
			"aws s3 ls", "aws s3 cp \"s3://$BUCKET/$SNAPSHOT\" -", "aws s3 cp \"s3://$BUCKET/$SNAPSHOT\" \"s3://$BUCKET/manifest.json\"",
			"terraform plan -var compare=false", "(umask 077 && terraform output -raw backup_dotenv", "terraform plan -var replication_time=0s", "aws s3 sync \"s3://$BACKUP\" \"s3://$BUCKET\" --source-region \"$BACKUP_REGION\" --region \"$REGION\" \\\n  --size-only --exclude manifest.json --exclude 'manifests/*' --dryrun",
			"aws s3 sync \"s3://$BACKUP\" \"s3://$BUCKET\" --source-region \"$BACKUP_REGION\" --region \"$REGION\" \\\n  --size-only --exclude manifest.json --exclude 'manifests/*' --exclude",
			"aws iam create-role", "aws s3control create-job", "aws iam delete-role-policy", "terraform plan -out=restore.plan",
		},
		run: followRecovery,
	}}}
}

func followRecovery(t *testing.T, r *reader) {
	e := fake(t, "the page's names are those of AWS")
	r.startsAt(t, e)
	r.needs(t, "aws", "bash", "jq")
	administrator := []string{r.environ("AWS_ACCESS_KEY_ID"), r.environ("AWS_SECRET_ACCESS_KEY")}
	stack := copyFolder(t, filepath.Join("internal", "dev", "examples", "testdata", "recovery"), regional(e), nil)
	stack.apply(t)
	clip := samplevideo.Library()[0].Video
	for _, key := range []string{"clips/intro.mp4", "clips/a b+é.mp4", "clips/lost.mp4", "clips/outro.mp4", "intro.info.json", "lost.info.json"} {
		putVideo(t, e, recoveredBucket, key, clip, "")
	}
	putVideo(t, e, recoveredBucket, "raw/take1.mp4", clip, s3types.StorageClassGlacier)
	stack.run(t, "apply", "-auto-approve")
	replicate(t, e)

	// FOVEA's own key is enough to compare.
	r.dir = copyExample(t, "restore", "", map[string]any{"replication_time": "0s"}).dir
	r.exports(t, "export BUCKET=")
	fovea := settingsOf(stack.run(t, "output", "-raw", "dotenv"))
	as := func(keyID, secret string) {
		r.setenv("AWS_ACCESS_KEY_ID", keyID)
		r.setenv("AWS_SECRET_ACCESS_KEY", secret)
	}
	as(fovea["AWS_ACCESS_KEY_ID"], fovea["AWS_SECRET_ACCESS_KEY"])
	if printed := r.runs(t, "terraform init\nterraform plan"); strings.Contains(printed, "Check block") {
		t.Errorf("got the plan\n%s\nwant no warning about a complete backup", printed)
	}

	deleteVideos(t, e, "clips/intro.mp4", "clips/a b+é.mp4", "lost.info.json", "intro.info.json", "clips/lost.mp4", "clips/a b+é.mp4") // one twice
	if printed, err := r.tries(t, "terraform plan -out=restore.plan"); err == nil || !strings.Contains(printed, "nothing_was_deleted") || !strings.Contains(printed, "clips/intro.mp4") {
		t.Errorf("got %v and\n%s\nwant the failed check after an accident", err, printed)
	}
	as(administrator[0], administrator[1])
	undeletes(t, e, r, stack)
	putsBack(t, e, r, clip)
	restoresAnArchivedVideo(t, e, r)
	putsBackASnapshot(t, e, r, stack)
	failsOver(t, e, r, stack)
	replicatesInABatch(t, e, r)

	stack.run(t, "apply", "-auto-approve")
	replicate(t, e)
	as(fovea["AWS_ACCESS_KEY_ID"], fovea["AWS_SECRET_ACCESS_KEY"])
	r.writes(t, "test.auto.tfvars.json", `{"replication_time": "0s", "deleted_on_purpose": ["clips/rejected.mp4"]}`)
	if printed := r.runs(t, "terraform plan -out=restore.plan"); strings.Contains(printed, "Check block") {
		t.Errorf("got the plan\n%s\nwant all checks passed at the end", printed)
	}
}

// exports runs a block of exports and keeps its variables for the blocks that follow.
func (r *reader) exports(t *testing.T, begins string) {
	t.Helper()
	for _, word := range strings.Fields(r.block(t, begins).text) {
		if name, value, ok := strings.Cut(word, "="); ok {
			r.setenv(name, value)
		}
	}
}

// environ is the value of an environment variable of the reader's shell.
func (r *reader) environ(name string) string {
	value := ""
	for _, variable := range r.env {
		if found, ok := strings.CutPrefix(variable, name+"="); ok {
			value = found
		}
	}
	return value
}

func deleteVideos(t *testing.T, e *acctest.Env, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(recoveredBucket), Key: &key}); err != nil {
			t.Fatal(err)
		}
	}
}

// undeletes brings back what was deleted. The plan of the stack is empty then.
func undeletes(t *testing.T, e *acctest.Env, r *reader, stack *folder) {
	t.Helper()
	found := strings.Split(strings.TrimSpace(r.runs(t, `aws s3api list-object-versions --bucket "$BUCKET" --prefix clips/intro.mp4`)), "\t")
	if len(found) != 3 || found[0] != "clips/intro.mp4" {
		t.Fatalf("got the markers %q, want one", found)
	}
	r.setenv("MARKER", found[1])
	r.runs(t, "aws s3api delete-object")
	if !exists(t, e, "clips/intro.mp4") {
		t.Error("clips/intro.mp4 is still deleted")
	}

	for _, since := range []string{"", "yesterday", "9999", "2025-06-30 10:00", "2025-06-30T14:00+02:00", "2025-13-01T00:00", "1751277600"} {
		if printed, err := r.shell(t, `./undelete.sh --yes "$BUCKET" "" "`+since+`"`); err == nil || !strings.Contains(printed, "must be a time in UTC") {
			t.Errorf("since %q: got %v and\n%s\nwant it refused", since, err, printed)
		}
	}
	if printed := r.types(t, `./undelete.sh --yes "$BUCKET" "" 9999-01-01T00:00Z`); !strings.Contains(printed, "0 deleted below") {
		t.Errorf("got %s, want nothing that was deleted later than now", printed)
	}
	r.runs(t, "./undelete.sh")
	for _, key := range []string{"clips/a b+é.mp4", "clips/lost.mp4", "lost.info.json"} {
		if !exists(t, e, key) {
			t.Errorf("%s is still deleted", key)
		}
	}
	if printed := r.types(t, `./undelete.sh "$BUCKET" ""`); !strings.Contains(printed, "1 deleted below") || exists(t, e, "intro.info.json") {
		t.Errorf("got %s, want intro.info.json, whose video was not deleted, listed and still deleted", printed)
	}
	r.types(t, `./undelete.sh --yes "$BUCKET" intro`)
	if !exists(t, e, "intro.info.json") {
		t.Error("intro.info.json is still deleted")
	}
	stack.planIsEmpty(t)
}

func exists(t *testing.T, e *acctest.Env, key string) bool {
	t.Helper()
	_, err := e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(recoveredBucket), Key: &key})
	return err == nil
}

// putsBack overwrites a video and puts it back in both ways of the page, and gets one
// from the backup whose versions are gone.
func putsBack(t *testing.T, e *acctest.Env, r *reader, clip []byte) {
	t.Helper()
	is := func(key string, want []byte) {
		t.Helper()
		out, err := e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(recoveredBucket), Key: &key})
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		got, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) || *out.ContentType != "video/mp4" || out.Metadata["camera"] != "3" {
			t.Errorf("%s: got %d bytes of %s with %v, want the old version, %d bytes", key, len(got), *out.ContentType, out.Metadata, len(want))
		}
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), 6<<16)        // 6 MiB
	for _, key := range []string{"clips/outro.mp4", "-a b+é.mp4"} { // a key that looks like an option
		old := clip
		if key != "clips/outro.mp4" {
			putVideo(t, e, recoveredBucket, key, large, "")
			old = large
		}
		putVideo(t, e, recoveredBucket, key, []byte("overwritten"), "")
		listed, err := e.S3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(recoveredBucket), Prefix: &key})
		if err != nil {
			t.Fatal(err)
		}
		r.setenv("VERSION", *listed.Versions[1].VersionId)
		if key != "clips/outro.mp4" {
			r.types(t, `PART_SIZE=5242880 ./put-back.sh "$BUCKET" "`+key+`" "$VERSION"`)
			is(key, old)
			continue
		}
		if printed := r.runs(t, `aws s3api list-object-versions --bucket "$BUCKET" --prefix clips/outro.mp4`); !strings.Contains(printed, *listed.Versions[1].VersionId) {
			t.Errorf("got the versions\n%s\nwant %s", printed, *listed.Versions[1].VersionId)
		}
		r.runs(t, "aws s3api copy-object")
		is(key, old)
		putVideo(t, e, recoveredBucket, key, []byte("overwritten again"), "")
		r.runs(t, "./put-back.sh")
		is(key, old)
	}

	deleteVideos(t, e, "-a b+é.mp4") // no video, and the first key

	key := "clips/lost.mp4"
	listed, err := e.S3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(recoveredBucket), Prefix: &key})
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range listed.Versions {
		if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(recoveredBucket), Key: &key, VersionId: version.VersionId}); err != nil {
			t.Fatal(err)
		}
	}
	deleteVideos(t, e, key)
	if printed := r.types(t, `./undelete.sh --yes "$BUCKET" clips/lost`); !strings.Contains(printed, "clips/lost.mp4 has no version left") {
		t.Errorf("got %s, want a video without versions named", printed)
	}
	r.runs(t, `aws s3 cp "s3://$BACKUP/clips/lost.mp4"`)
	is(key, clip)
}

func restoresAnArchivedVideo(t *testing.T, e *acctest.Env, r *reader) {
	t.Helper()
	if printed := r.runs(t, "aws s3api restore-object"); !strings.Contains(printed, "ongoing-request") {
		t.Errorf("got %s, want the state of the restoration", printed)
	}
	r.runs(t, `aws s3 cp "s3://$BUCKET/raw/take1.mp4"`)
	head, err := e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(recoveredBucket), Key: aws.String("raw/take1.mp4")})
	if err != nil {
		t.Fatal(err)
	}
	if head.StorageClass != s3types.StorageClassStandardIa {
		t.Errorf("got the storage class %s, want one that plays", head.StorageClass)
	}
}

// putsBackASnapshot puts back the list of a time at which a video was not there yet,
// and expects the plan to publish what is in the bucket.
func putsBackASnapshot(t *testing.T, e *acctest.Env, r *reader, stack *folder) {
	t.Helper()
	names := strings.Split(strings.TrimSpace(r.runs(t, "aws s3 ls")), "\n")
	if len(names) != 2 {
		t.Fatalf("got the snapshots %q, want 2", names)
	}
	fields := strings.Fields(names[1])
	if !strings.Contains(r.text, "SNAPSHOT=manifests/2") {
		t.Error("the page does not say that SNAPSHOT begins with the folder")
	}
	r.setenv("SNAPSHOT", "manifests/"+fields[len(fields)-1])
	deleteVideos(t, e, "clips/outro.mp4")
	putVideo(t, e, recoveredBucket, "manifest.json", []byte(`{"videos":[{"key":"clips/a b+é.mp4"},{"key":"clips/intro.mp4"},{"key":"clips/lost.mp4"},{"key":"raw/take1.mp4"}]}`), "")
	if printed := r.runs(t, `aws s3 cp "s3://$BUCKET/$SNAPSHOT" -`); strings.TrimSpace(printed) != "clips/outro.mp4" {
		t.Errorf("got the keys %q, want the one that only the snapshot has", printed)
	}
	r.runs(t, `aws s3 cp "s3://$BUCKET/$SNAPSHOT" "s3://$BUCKET/manifest.json"`)
	if printed, changes := stack.plan(t); !changes || !strings.Contains(printed, `+ "clips/outro.mp4"`) || !strings.Contains(printed, "removed ") {
		t.Errorf("got the plan\n%s\nwant an update that removes clips/outro.mp4 from the list", printed)
	}
	r.types(t, `./undelete.sh --yes "$BUCKET" clips/outro`)
}

// failsOver uploads to the backup, and copies it back without what was deleted on purpose.
func failsOver(t *testing.T, e *acctest.Env, r *reader, stack *folder) {
	t.Helper()
	restore := r.dir
	r.dir = stack.dir
	r.runs(t, "(umask 077 && terraform output -raw backup_dotenv")
	if settings := settingsOf(readText(t, filepath.Join(r.dir, ".env"))); settings["S3_BUCKET"] != recoveryBackup || settings["S3_REGION"] != "us-west-2" {
		t.Errorf("got the environment %v, want that of the backup", settings)
	}
	r.dir = restore
	if printed := r.runs(t, "terraform plan -var compare=false"); strings.Contains(printed, "backup_is_usable") || strings.Contains(printed, "a_copy_plays") || !strings.Contains(printed, "not compared") {
		t.Errorf("got the plan\n%s\nwant a warning about the comparison only", printed)
	}
	// Replaced since the last copy, and replaced in the backup.
	putVideo(t, e, recoveredBucket, "clips/outro.mp4", []byte("newer"), "")
	putVideo(t, e, recoveryBackup, "clips/intro.mp4", []byte("replaced in the backup"), "", inBackup)
	for _, key := range []string{"clips/meanwhile.mp4", "clips/rejected.mp4"} {
		putVideo(t, e, recoveryBackup, key, samplevideo.Library()[0].Video, "", inBackup)
	}
	const sync = "aws s3 sync \"s3://$BACKUP\" \"s3://$BUCKET\" --source-region \"$BACKUP_REGION\" --region \"$REGION\" \\\n  --size-only --exclude manifest.json --exclude 'manifests/*' --"
	compared := r.runs(t, "terraform plan -var replication_time=0s")
	for _, want := range []string{"clips/outro.mp4", "clips/intro.mp4", "clips/rejected.mp4"} {
		if !strings.Contains(compared, want) {
			t.Errorf("got the plan\n%s\nwant %s in its outputs", compared, want)
		}
	}
	printed := r.runs(t, sync+"dryrun")
	for _, want := range []string{"clips/meanwhile.mp4", "clips/rejected.mp4"} {
		if !strings.Contains(printed, "to s3://"+recoveredBucket+"/"+want) {
			t.Errorf("got\n%s\nwant %s in the list", printed, want)
		}
	}
	r.runs(t, sync+"exclude")
	if !exists(t, e, "clips/meanwhile.mp4") || exists(t, e, "clips/rejected.mp4") {
		t.Error("got another result, want clips/meanwhile.mp4 copied back and clips/rejected.mp4 not")
	}
	for key, want := range map[string]int64{"clips/outro.mp4": int64(len("newer")), "clips/intro.mp4": int64(len("replaced in the backup"))} {
		head, err := e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(recoveredBucket), Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		if *head.ContentLength != want {
			t.Errorf("%s: got %d bytes after the fail back, want %d", key, *head.ContentLength, want)
		}
	}
}

// replicatesInABatch creates the role, and has the CLI check the job against its model
// of the API: no server here runs it.
func replicatesInABatch(t *testing.T, e *acctest.Env, r *reader) {
	t.Helper()
	r.runs(t, "aws iam create-role")
	role := "fovea-batch-replication"
	if _, err := e.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &role}); err != nil {
		t.Error(err)
	}
	r.setenv("ACCOUNT", "123456789012")
	offline := "aws() { command aws \"$@\" --generate-cli-skeleton output; }\n"
	job := r.block(t, "aws s3control create-job").text
	if printed := r.types(t, offline+job); !strings.Contains(printed, `"JobId"`) {
		t.Errorf("got %s, want an answer with a job", printed)
	}
	if _, err := r.shell(t, offline+strings.Replace(job, "EligibleForReplication", "Eligible", 1)); err == nil {
		t.Error("the CLI does not check the arguments of the job")
	}
	r.runs(t, "aws iam delete-role-policy")
	if _, err := e.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &role}); err == nil {
		t.Errorf("got the role %s, want it deleted", role)
	}
}
