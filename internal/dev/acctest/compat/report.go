// Package compat turns what acceptance tests saw of servers into the table of the
// guide: which resources and data sources work where, and what a server lacks.
package compat

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
)

// ReportFile is the environment variable that names the file for the report of a
// run of the acceptance tests; without it none is written.
const ReportFile = "FOVEA_TEST_REPORT"

// Report is what the acceptance tests of one run saw of a server.
type Report struct {
	Server string          `json:"server"`
	Parts  map[string]Part `json:"parts"` // by Resource or DataSource
	Gaps   []Gap           `json:"gaps"`  // by which tests were skipped
}

// Part is what became of one type of resource or data source.
type Part struct {
	Works   bool     `json:"works"`   // it was made, or read
	Refused []string `json:"refused"` // what the server does not implement, as errors say
	Passed  []string `json:"passed"`  // what it lacks and is done without, as warnings say
}

// Gap is a part that a server lacks, or does otherwise than S3 and IAM, so that
// tests of it are skipped.
type Gap struct {
	Part string `json:"part"`
	Why  string `json:"why"`
	// Kinds are the types of resources and data sources that need the part.
	Kinds []string `json:"kinds"`
	// Tests are the beginnings of the names of the tests that need it, as regular
	// expressions.
	Tests []string `json:"-"`
}

// Resource names a type of resource in Report.Parts.
func Resource(kind string) string { return "resource " + kind }

// DataSource names a type of data source in Report.Parts.
func DataSource(kind string) string { return "data source " + kind }

// Recorder collects a Report from tests that run at the same time.
type Recorder struct {
	mu    sync.Mutex
	parts map[string]Part
}

// Record changes what is known of a part.
func (r *Recorder) Record(part string, change func(*Part)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.parts == nil {
		r.parts = map[string]Part{}
	}
	p := r.parts[part]
	change(&p)
	r.parts[part] = p
}

// Report gives what was recorded. Parts of which nothing was seen are in it too.
func (r *Recorder) Report(server string, all []string, gaps []Gap) Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	report := Report{Server: server, Parts: map[string]Part{}, Gaps: gaps}
	for _, part := range all {
		p := r.parts[part]
		p.Refused, p.Passed = sorted(p.Refused), sorted(p.Passed)
		report.Parts[part] = p
	}
	return report
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Write writes a report to a file.
func (r Report) Write(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// Read reads a report from a file.
func Read(file string) (Report, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Report{}, err
	}
	var report Report
	if err := json.Unmarshal(text, &report); err != nil {
		return Report{}, fmt.Errorf("%s is not the report of a run: %w", file, err)
	}
	return report, nil
}
