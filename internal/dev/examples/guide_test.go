package examples

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeAccount is the account of fakeaws.
const fakeAccount = "123456789012"

// TestGuide applies examples/production, fetches every document of the guide back,
// and compares it with what the guide prints. Each difference is in the table of
// explained ones, and each explained one is still there.
func TestGuide(t *testing.T) {
	e, _ := applyProduction(t)
	t.Run("with the SDK", func(t *testing.T) { compareWithGuide(t, withSDK(e)) })
	t.Run("with the aws CLI", func(t *testing.T) { compareWithGuide(t, withCLI(t, e)) })
	t.Run("what the guide forgets", func(t *testing.T) {
		for _, x := range extras() {
			if err := x.fetch(t.Context(), e); err != nil {
				t.Errorf("%s: %v", x.name, err)
			}
		}
	})
}

func compareWithGuide(t *testing.T, fetch fetcher) {
	t.Helper()
	var found, known []difference
	for _, d := range documents() {
		c := comparison{document: d.name}
		c.compare("", guideDocument(t, d.name), d.inside(t, fetch(t, d)))
		found = append(found, c.found...)
	}
	for _, x := range explanations {
		for _, c := range x.changes {
			known = append(known, difference{x.document, c.path, c.guide, c.ours})
		}
	}
	for _, d := range known {
		if !slices.Contains(found, d) {
			t.Errorf("an explained difference is no longer there: take it out of explanations\n%s", d)
		}
	}
	for _, d := range found {
		if !slices.Contains(known, d) {
			t.Errorf("a difference to the guide has no explanation\n%s", d)
		}
	}
}

func (d difference) String() string {
	return d.document + " at " + d.path + "\n  guide: " + d.guide + "\n  ours:  " + d.ours
}

// guideDocument reads a document of the guide, with the account in place of its
// placeholder.
func guideDocument(t *testing.T, name string) any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "guide", name))
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "ACCOUNT_ID", fakeAccount)), &document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return document
}
