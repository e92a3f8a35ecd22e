package examples

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// configurations are the tests of the folders in examples/.
var configurations = map[string]func(*testing.T){
	"provider":        testProvider,
	"quickstart":      testQuickstart,
	"production":      testProduction,
	"s3-compatible":   testS3Compatible,
	"full-stack":      appliedByStory,
	"manifest-lambda": appliedByStory,
	"pipelines":       testPipelines,
	"restore":         testRestore,
}

// TestExamples runs the test of every folder that holds a configuration, and fails
// for one without a test.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examplesDir(t), "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		found[filepath.Base(filepath.Dir(file))] = true
	}
	for name := range found {
		if configurations[name] == nil {
			t.Errorf("examples/%s has no test: add one to configurations", name)
		}
	}
	for name, test := range configurations {
		if !found[name] {
			t.Errorf("examples/%s has a test, but no files", name)
			continue
		}
		t.Run(name, test)
	}
}

// testProvider plans with the provider block of the docs' first page.
func testProvider(t *testing.T) {
	e := fake(t, "its block has no settings of a server")
	f := copyExample(t, "provider", toServer(e), nil)
	f.apply(t)
	f.planIsEmpty(t)
}

func testQuickstart(t *testing.T) {
	e := fake(t, "its block has no settings of a server")
	f := copyExample(t, "quickstart", toServer(e), map[string]any{"force_destroy": true})
	f.apply(t)
	f.planIsEmpty(t)

	var bucket, link string
	f.output(t, "bucket", &bucket)
	if !strings.HasPrefix(bucket, "fovea-videos-") {
		t.Errorf("the bucket is %s", bucket)
	}
	upload(t, e.S3, bucket, "intro.mp4")
	f.apply(t, "-var=video_key=intro.mp4")
	f.output(t, "video_url", &link)
	plays(t, link)

	f.destroy(t)
	nothingLeft(t, e)
}

// appliedByStory is for a folder whose README is a story that applies it: see
// pagesWithCommands.
func appliedByStory(t *testing.T) {
	page := "examples/" + filepath.Base(t.Name()) + "/README.md"
	if len(pagesWithCommands()[page].stories) == 0 {
		t.Errorf("%s has no story in pagesWithCommands", page)
	}
}

// outputBlock is an output with its name and what is in its block.
var outputBlock = regexp.MustCompile(`(?ms)^output "([^"]+)" \{\n(.*?)^\}`)

// TestOutputsOfTheEnvironment holds the outputs with the content of an .env file to
// two names, so that the commands of every page fit every example.
func TestOutputsOfTheEnvironment(t *testing.T) {
	found := 0
	for _, folder := range []string{examplesDir(t), filepath.Join(examplesDir(t), "..", "modules")} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".tf" {
				return err
			}
			for _, output := range outputBlock.FindAllStringSubmatch(readText(t, path), -1) {
				_, value, _ := strings.Cut(output[2], " value ")
				value, _, _ = strings.Cut(value, "\n")
				if !strings.Contains(value, "dotenv") {
					continue
				}
				found++
				want := "dotenv"
				if strings.Contains(value, "backup") {
					want = "backup_dotenv"
				}
				if got := output[1]; got != want {
					t.Errorf("%s: got the output %s with the value %s, want the name %s", path, got, strings.TrimLeft(value, " ="), want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 10 {
		t.Errorf("got %d outputs with the content of an .env file, want those of all examples", found)
	}
}
