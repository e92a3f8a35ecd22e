package provider_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

// putVideo uploads a file.
func putVideo(t *testing.T, e *acctest.Env, bucket, key string, content []byte, class s3types.StorageClass) {
	t.Helper()
	if _, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(content), StorageClass: class}); err != nil {
		t.Fatal(err)
	}
}

// withFree puts a box of unused bytes in front of the index of a file, which must be
// its last box.
func withFree(t *testing.T, video []byte, size int) []byte {
	t.Helper()
	at := bytes.LastIndex(video, []byte("moov")) - 4
	if at < 0 || at+int(binary.BigEndian.Uint32(video[at:])) != len(video) {
		t.Fatal("the sample video has no index at its end")
	}
	free := append(binary.BigEndian.AppendUint32(nil, uint32(size)), "free"...)
	free = append(free, make([]byte, size-8)...)
	return append(append(bytes.Clone(video[:at]), free...), video[at:]...)
}

// videoConfig has a data source for each key, under the label that labelOf makes of it.
func videoConfig(bucket string, keys ...string) string {
	var config strings.Builder
	for _, key := range keys {
		fmt.Fprintf(&config, "data \"fovea_video\" %q {\n  bucket = %q\n  key    = %q\n}\n", labelOf(key), bucket, key)
	}
	return config.String()
}

func TestVideoDataSource(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	t.Cleanup(func() { library{e, t, bucket}.clear() })
	clips := samplevideo.Library()
	front, end := clips[0], clips[2]
	files := map[string][]byte{
		"front.mp4": front.Video, "clips/end.mp4": end.Video, "far.mp4": withFree(t, end.Video, 1<<20),
		"cut.mp4": end.Video[:len(end.Video)/2], "empty.mp4": nil, "page.mp4": []byte("<!DOCTYPE html><html></html>"),
	}
	keys := []string{}
	for key, content := range files {
		putVideo(t, e, bucket, key, content, "")
		keys = append(keys, key)
	}
	facts := func(key string, want map[string]knownvalue.Check) []statecheck.StateCheck {
		var checks []statecheck.StateCheck
		for name, check := range want {
			checks = append(checks, stateOf("data.fovea_video."+labelOf(key))(name, check))
		}
		return checks
	}
	null := knownvalue.Null()
	plays := func(key string, clip samplevideo.Clip, faststart bool) []statecheck.StateCheck {
		size := int64(len(files[key]))
		return facts(key, map[string]knownvalue.Check{
			"container": knownvalue.StringExact("mp4"), "video_codec": knownvalue.StringExact("h264"), "audio_codec": null,
			"width": number(int64(clip.Width)), "height": number(int64(clip.Height)), "frame_rate": knownvalue.Float64Exact(float64(clip.FPS)),
			"duration": knownvalue.Float64Exact(clip.Seconds), "bit_rate": number(size * 8 / int64(clip.Seconds)), "size": number(size),
			"faststart": knownvalue.Bool(faststart), "fragmented": knownvalue.Bool(false), "browser_playable": knownvalue.Bool(true),
			"browser_playable_reason": null, "storage_class": knownvalue.StringExact("STANDARD"),
		})
	}
	broken := func(key, container, reason string) []statecheck.StateCheck {
		return facts(key, map[string]knownvalue.Check{
			"container": knownvalue.StringExact(container), "video_codec": null, "width": null, "frame_rate": null, "duration": null, "faststart": null,
			"size": number(int64(len(files[key]))), "browser_playable": knownvalue.Bool(false), "browser_playable_reason": knownvalue.StringRegexp(acctest.Message(reason)),
		})
	}
	var checks []statecheck.StateCheck
	for _, more := range [][]statecheck.StateCheck{
		plays("front.mp4", front, true), plays("clips/end.mp4", end, false), plays("far.mp4", end, false),
		broken("cut.mp4", "mp4", "The file is truncated"), broken("empty.mp4", "empty", "The object is empty"), broken("page.mp4", "html", "a web page, not a video"),
	} {
		checks = append(checks, more...)
	}
	e.Run(t, resource.TestStep{Config: e.Config("%s", videoConfig(bucket, keys...)), ConfigStateChecks: checks})
}

// TestVideoDataSourceRequests counts what one plan sends.
func TestVideoDataSourceRequests(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it reads the log of requests")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	clips := samplevideo.Library()
	want := map[string]int{"front.mp4": 1, "end.mp4": 1, "far.mp4": 2, "empty.mp4": 1, "archived.mp4": 1}
	putVideo(t, e, bucket, "front.mp4", clips[0].Video, "")
	putVideo(t, e, bucket, "end.mp4", clips[2].Video, "")
	putVideo(t, e, bucket, "far.mp4", withFree(t, clips[2].Video, 1<<20), "")
	putVideo(t, e, bucket, "empty.mp4", nil, "")
	putVideo(t, e, bucket, "archived.mp4", clips[0].Video, s3types.StorageClassGlacier)
	w := newWorkspace(t, e, videoConfig(bucket, "front.mp4", "end.mp4", "far.mp4", "empty.mp4", "archived.mp4"))
	e.Fake.Requests().Reset()
	w.mustRun("plan")
	got := map[string]int{}
	for _, entry := range e.Fake.Requests().Entries() {
		if entry.Key == "" {
			continue
		}
		got[entry.Key]++
		if entry.Operation != "GetObject" {
			t.Errorf("got the operation %s on %s, want GetObject alone", entry.Operation, entry.Key)
		}
	}
	for key, n := range want {
		if got[key] != n && (key != "empty.mp4" || got[key] != 2) { // S3 refuses a range of an empty object
			t.Errorf("got %d requests for %s, want %d", got[key], key, n)
		}
	}
}

func TestVideoDataSourceOfAnArchivedVideo(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers do not archive")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	video := samplevideo.Library()[0].Video
	putVideo(t, e, bucket, "old.mp4", video, s3types.StorageClassDeepArchive)
	putVideo(t, e, bucket, "older.mp4", video, s3types.StorageClassGlacierIr)
	state := func(key, attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.fovea_video."+labelOf(key), tfjsonpath.New(attribute), want)
	}
	e.Run(t, resource.TestStep{Config: e.Config("%s", videoConfig(bucket, "old.mp4", "older.mp4")), ConfigStateChecks: []statecheck.StateCheck{
		state("old.mp4", "storage_class", knownvalue.StringExact("DEEP_ARCHIVE")),
		state("old.mp4", "container", knownvalue.Null()),
		state("old.mp4", "size", knownvalue.Null()),
		state("old.mp4", "browser_playable", knownvalue.Bool(false)),
		state("old.mp4", "browser_playable_reason", knownvalue.StringRegexp(acctest.Message("The object is archived (DEEP_ARCHIVE)"))),
		state("older.mp4", "storage_class", knownvalue.StringExact("GLACIER_IR")),
		state("older.mp4", "browser_playable", knownvalue.Bool(true)),
	}})
}

// TestVideoDataSourceOfADecomposedKey has a name as macOS uploads it.
func TestVideoDataSourceOfADecomposedKey(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "some servers compose keys themselves")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	putVideo(t, e, bucket, "cafe\u0301.mp4", samplevideo.Library()[0].Video, "")
	e.Run(t, resource.TestStep{
		Config:            e.Config("data \"fovea_video\" \"this\" {\n  bucket = %q\n  key = \"caf\u00e9.mp4\"\n}\n", bucket),
		ConfigStateChecks: []statecheck.StateCheck{stateOf("data.fovea_video.this")("video_codec", knownvalue.StringExact("h264"))},
	})
}

func TestVideoDataSourceRefuses(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	t.Cleanup(func() { library{e, t, bucket}.clear() })
	refused := func(t *testing.T, bucket, key, message string) {
		t.Helper()
		e.Run(t, resource.TestStep{
			Config: e.Config("data \"fovea_video\" \"this\" {\n  bucket = %q\n  key = %q\n}\n", bucket, key), PlanOnly: true, ExpectError: acctest.Message(message),
		})
	}
	t.Run("no object", func(t *testing.T) {
		refused(t, bucket, "none.mp4", "The video s3://"+bucket+"/none.mp4 does not exist [video-unreadable]")
	})
	t.Run("no bucket", func(t *testing.T) { refused(t, bucket+"-not", "a.mp4", "Could not find the bucket "+bucket+"-not") })
	t.Run("an empty key", func(t *testing.T) { refused(t, bucket, "", "it is empty") })
	t.Run("an empty bucket name", func(t *testing.T) { refused(t, "", "a.mp4", `"" cannot be used`) })
	t.Run("a denied object", func(t *testing.T) {
		e.FakeOnly(t, "it injects faults")
		for message, want := range map[string]string{
			"Access Denied": "The video s3://" + bucket + "/a.mp4 may not be read [video-unreadable]",
			"User is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext": "Allow kms:Decrypt on the key",
		} {
			remove := e.Fake.Inject(fakeaws.Fault{Operation: "GetObject", Bucket: bucket, Status: 403, Code: "AccessDenied", Message: message})
			refused(t, bucket, "a.mp4", want)
			remove()
		}
	})
	t.Run("an object that changes", func(t *testing.T) {
		e.FakeOnly(t, "it injects faults")
		putVideo(t, e, bucket, "far.mp4", withFree(t, samplevideo.Library()[2].Video, 1<<20), "")
		hook := func() { putVideo(t, e, bucket, "far.mp4", make([]byte, 2<<20), "") }
		remove := e.Fake.Inject(fakeaws.Fault{Operation: "GetObject", Bucket: bucket, Skip: 1, Times: 1, Hook: hook})
		defer remove()
		refused(t, bucket, "far.mp4", "changed while it was read [video-unreadable]")
	})
}

func TestVideoExample(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	t.Cleanup(func() { library{e, t, bucket}.clear() })
	putVideo(t, e, bucket, "clips/intro.mp4", samplevideo.Library()[0].Video, "")
	w := newWorkspace(t, e, strings.ReplaceAll(readExample(t, "data-sources", "fovea_video", "data-source.tf"), `"fovea-videos"`, fmt.Sprintf("%q", bucket)))
	w.says(w.apply(), `intro = "160x120, 2 s"`)
	putVideo(t, e, bucket, "clips/broken.mp4", []byte("<!DOCTYPE html>"), "")
	w.says(w.mustRun("plan"), "Check block assertion failed", "clips/broken.mp4: The file is a web page, not a video.")
}
