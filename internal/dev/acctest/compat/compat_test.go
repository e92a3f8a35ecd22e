package compat

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func recordedReport() Report {
	var r Recorder
	r.Record(Resource("fovea_video_bucket"), func(p *Part) {
		p.Works = true
		p.Passed = append(p.Passed, "public access block", "default encryption", "public access block")
		p.Refused = append(p.Refused, "default encryption")
	})
	r.Record(Resource("fovea_bucket_metrics"), func(p *Part) { p.Refused = append(p.Refused, "metrics configuration") })
	r.Record(Resource("fovea_access_user"), func(p *Part) { p.Refused = append(p.Refused, "IAM") })
	r.Record(DataSource("fovea_manifest"), func(p *Part) { p.Works = true })
	all := []string{
		Resource("fovea_video_bucket"), Resource("fovea_bucket_metrics"), Resource("fovea_access_user"),
		Resource("fovea_bucket_logging"), Resource("fovea_bucket_cors"), DataSource("fovea_manifest"),
	}
	return r.Report("versitygw", all, []Gap{
		{Part: "logging configuration", Why: "nobody knows", Kinds: []string{"fovea_bucket_logging"}, Tests: []string{"TestBucketLogging"}},
	})
}

const table = `| | versitygw | moto |
|---|---|---|
| ` + "`fovea_access_user`" + ` | error: the server does not implement IAM | not tested |
| ` + "`fovea_bucket_cors`" + ` | not tested | works |
| ` + "`fovea_bucket_logging`" + ` | skipped: nobody knows | not tested |
| ` + "`fovea_bucket_metrics`" + ` | error: the server does not implement the metrics configuration | not tested |
| ` + "`fovea_video_bucket`" + ` | works without default encryption and public access block, with a warning; an error when asked for | not tested |
| data source ` + "`fovea_manifest`" + ` | works | not tested |

Tests left out on versitygw, for what it lacks:

- logging configuration: nobody knows.

On moto no test is left out for what it lacks.
`

func TestTable(t *testing.T) {
	moto := Report{Server: "moto", Parts: map[string]Part{Resource("fovea_bucket_cors"): {Works: true}}}
	for range 5 { // maps have no order
		if got := Table(recordedReport(), moto); got != table {
			t.Fatalf("got\n%s\nwant\n%s", got, table)
		}
	}
}

func TestReportsAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	want := recordedReport()
	if err := want.Write(file); err != nil {
		t.Fatal(err)
	}
	got, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	want.Gaps[0].Tests = nil // which only the tests need
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := Read(file + "-not"); err == nil {
		t.Error("no error for a report that is not there")
	}
}

// TestTheGuideHasTheTable fails when results, table and guide are not of one run of
// make compat.
func TestTheGuideHasTheTable(t *testing.T) {
	files, err := filepath.Glob("results/*.json") // sorted, as make compat takes them
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %d results", err, len(files))
	}
	var reports []Report
	for _, file := range files {
		report, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, report)
	}
	page, err := os.ReadFile("../../../../templates/guides/servers.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if want, err := Insert(string(page), Table(reports...)); err != nil || want != string(page) {
		t.Errorf("run make compat: the table of the guide is not that of %v (%v)", files, err)
	}
}
