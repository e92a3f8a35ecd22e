package examples

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// programs skips a test on a machine without the programs that it starts.
func programs(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not on PATH", name)
		}
	}
}

// script runs a script of examples/pipelines in a folder, and returns what it printed and
// its exit code.
func script(t *testing.T, dir, name string, environ []string, args ...string) (printed string, code int) {
	t.Helper()
	python, _, _ := strings.Cut(interpreterPath(), string(filepath.ListSeparator))
	cmd := exec.CommandContext(t.Context(), filepath.Join(python, "python3"), append([]string{filepath.Join(examplesDir(t), "pipelines", "scripts", name)}, args...)...)
	cmd.Dir, cmd.Env = dir, environ
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// checkout is a clone of a repository with videos, of which a job uploads what is new.
type checkout struct {
	*testing.T
	e       *acctest.Env
	dir     string
	bucket  string
	environ []string
}

const videosBucket = "fovea-production-videos"

// environOf are the variables with which the aws CLI uses the server, with credentials.
func environOf(e *acctest.Env, id, secret, token string) []string {
	environ := []string{
		"AWS_ENDPOINT_URL=" + e.Endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret,
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_MAX_ATTEMPTS=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
	}
	if token != "" {
		environ = append(environ, "AWS_SESSION_TOKEN="+token)
	}
	return append(environ, "PATH="+interpreterPath(), "HOME="+os.Getenv("HOME"))
}

// interpreterPath is PATH with the folder of the Python interpreter in front: what comes
// first otherwise may be a wrapper that takes longer than the scripts.
var interpreterPath = sync.OnceValue(func() string {
	out, err := exec.CommandContext(context.Background(), "python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return os.Getenv("PATH")
	}
	return filepath.Dir(strings.TrimSpace(string(out))) + string(filepath.ListSeparator) + os.Getenv("PATH")
})

func newCheckout(t *testing.T) *checkout {
	t.Helper()
	programs(t, "python3", "git", "aws")
	e := fake(t, "the requests and the faults are those of fakeaws")
	bucket := videosBucket
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	root := e.Fake.Root()
	c := &checkout{t, e, t.TempDir(), bucket, environOf(e, root.AccessKeyID, root.SecretAccessKey, "")}
	c.git("init", "-q")
	return c
}

func (c *checkout) git(args ...string) {
	c.Helper()
	cmd := exec.CommandContext(c.Context(), "git", args...)
	cmd.Dir, cmd.Env = c.dir, c.environ
	if out, err := cmd.CombinedOutput(); err != nil {
		c.Fatalf("git %q: %v\n%s", args, err, out)
	}
}

// add writes files of the folder videos, and adds them to Git's index.
func (c *checkout) add(files map[string]string) {
	c.Helper()
	for name, content := range files {
		path := filepath.Join(c.dir, "videos", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			c.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			c.Fatal(err)
		}
	}
	c.git("add", "-A")
}

// upload runs the script, compares its exit code and what it says, and returns that.
func (c *checkout) upload(code int, says ...string) string {
	c.Helper()
	printed, got := script(c.T, c.dir, "upload_videos.py", c.environ, "videos", c.bucket)
	if got != code {
		c.Errorf("exit code: got %d, want %d:\n%s", got, code, printed)
	}
	for _, want := range says {
		if !strings.Contains(printed, want) {
			c.Errorf("got %q, want it to contain %q", printed, want)
		}
	}
	return printed
}

// holds compares the keys of the bucket.
func (c *checkout) holds(want ...string) {
	c.Helper()
	listed, err := c.e.S3.ListObjectsV2(c.Context(), &s3.ListObjectsV2Input{Bucket: &c.bucket})
	if err != nil {
		c.Fatal(err)
	}
	got := []string{}
	for _, object := range listed.Contents {
		got = append(got, *object.Key)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		c.Errorf("keys in the bucket: got %q, want %q", got, want)
	}
}

// TestUploadVideos uploads videos with names that shells and S3 treat in special ways,
// each once.
func TestUploadVideos(t *testing.T) {
	c := newCheckout(t)
	names := []string{"intro.mp4", "-rf.mp4", `Ünï/✓ 视频/it's "quoted" $(id) a+b%20c&d=e?#1.WebM`}
	files := map[string]string{"nested/deep/-rf.info.json": "\ufeff{\"fps\": 25}", "notes.txt": "no video", "README.md": "none"}
	for i, name := range names {
		files[name] = fmt.Sprintf("video %d", i)
	}
	c.add(files)
	c.upload(0, "4 uploaded, 0 unchanged")
	keys := append(slices.Clone(names), "-rf.info.json")
	c.holds(keys...)

	name := "intro.mp4"
	head, err := c.e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &c.bucket, Key: &name, ChecksumMode: s3types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	if head.ChecksumSHA256 == nil || *head.ContentType != "video/mp4" {
		t.Errorf("the object %s has the checksum %v and the type %s, want a SHA-256 and video/mp4", name, head.ChecksumSHA256, *head.ContentType)
	}

	c.upload(0, "0 uploaded, 4 unchanged")

	// Changed without a change of size, renamed, and removed from Git.
	c.add(map[string]string{"intro.mp4": "video X", "later/-rf.mp4": files["-rf.mp4"]})
	c.git("rm", "-qf", "videos/-rf.mp4", "videos/nested/deep/-rf.info.json")
	c.upload(0, `uploaded "intro.mp4"`, `warning: "-rf.mp4" stays in the bucket`, `uploaded "later/-rf.mp4"`, "2 uploaded, 1 unchanged")
	c.holds(append(keys, "later/-rf.mp4")...)
}

// TestUploadVideosWarns warns of sidecars that FOVEA reads for no video. One of the videos
// has a key that begins with "-" and the size of another object in the bucket.
func TestUploadVideosWarns(t *testing.T) {
	c := newCheckout(t)
	for _, key := range []string{"-x.mp4", "only/there.mp4"} {
		if _, err := c.e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &c.bucket, Key: &key, Body: strings.NewReader("old")}); err != nil {
			t.Fatal(err)
		}
	}
	c.add(map[string]string{
		"-x.mp4": "new", "-x.info.json": "{}", "there.info.json": "{}", "Clip.mp4": "1", "clip.info.json": "{}", "\u00e9.mp4": "2", "e\u0301.info.json": "{}", "alone.info.json": "{}",
	})
	printed := c.upload(0, `warning: "alone.info.json" belongs to no video.`+"\n", `warning: "clip.info.json" belongs to no video. Rename it to "Clip.info.json".`,
		`warning: "e\u0301.info.json" belongs to no video. Rename it to "\u00e9.info.json".`, `uploaded "-x.mp4"`, "8 uploaded, 0 unchanged")
	if got := strings.Count(printed, "warning:"); got != 3 {
		t.Errorf("warnings: got %d in %q, want 3", got, printed)
	}
}

// TestUploadVideosRefuses uploads nothing when one of the files must not be uploaded.
func TestUploadVideosRefuses(t *testing.T) {
	c := newCheckout(t)
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
	c.add(map[string]string{
		"fine.mp4": "video", "pointer.mp4": pointer, "empty.mp4": "", "new\nline.mp4": "video", "bad\xff.mp4": "video", "a/same.mp4": "1", "b/same.mp4": "2",
		"broken.info.json": "{", "list.info.json": "[]",
	})
	if err := os.Symlink("/etc/hostname", filepath.Join(c.dir, "videos", "link.mp4")); err != nil {
		t.Fatal(err)
	}
	c.git("add", "-A")
	c.upload(1, "Nothing is uploaded",
		`"pointer.mp4": it is a Git LFS pointer and not the file itself. Check out with lfs: true`,
		`"empty.mp4": it is empty`, `"new\nline.mp4": its name has control characters`, `"bad\udcff.mp4": its name has control characters or is not UTF-8`,
		`"b/same.mp4": "a/same.mp4" has the same file name`, `"broken.info.json": it is not JSON`, `"list.info.json": it is not a JSON object`, `"link.mp4": it is a symbolic link`)
	c.holds()
}

// TestUploadVideosFails fails in the middle: the job fails, what is uploaded stays, and
// the next run uploads the rest.
func TestUploadVideosFails(t *testing.T) {
	c := newCheckout(t)
	c.add(map[string]string{"a.mp4": "1", "b.mp4": "2", "c.mp4": "3"})
	lift := c.e.Fake.Inject(fakeaws.Fault{Operation: "PutObject", Key: "b.mp4", Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"})
	c.upload(1, `uploaded "a.mp4"`, "AccessDenied", "The next run uploads the rest")
	c.holds("a.mp4")
	lift()
	c.upload(0, "2 uploaded, 1 unchanged")
	c.holds("a.mp4", "b.mp4", "c.mp4")

	c.e.Fake.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"})
	c.upload(1, "aws s3api list-objects-v2 failed", "AccessDenied")
}

// TestUploadVideosOfManyParts compares a video that was uploaded in parts by its ETag, and
// one whose ETag says nothing by its metadata.
func TestUploadVideosOfManyParts(t *testing.T) {
	c := newCheckout(t)
	c.add(map[string]string{"large.mp4": strings.Repeat("0123456789abcdef", 1<<20)}) // 16 MiB
	c.upload(0, "1 uploaded, 0 unchanged")
	c.upload(0, "0 uploaded, 1 unchanged")
	if got := c.e.Fake.Requests().Count("HeadObject"); got != 0 {
		t.Errorf("HeadObject requests of runs that compare ETags: got %d, want none", got)
	}
	c.environ = append(c.environ, "AWS_CONFIG_FILE="+filepath.Join(c.dir, "config"))
	if err := os.WriteFile(filepath.Join(c.dir, "config"), []byte("[default]\ns3 =\n  multipart_threshold = 5MB\n  multipart_chunksize = 5MB\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.add(map[string]string{"large.mp4": strings.Repeat("fedcba9876543210", 1<<20)})
	c.upload(0, "1 uploaded, 0 unchanged")
	c.upload(0, "0 uploaded, 1 unchanged")
}
