package fakeaws

import (
	"net/http"
	"testing"
)

// TestBareDocuments puts documents that have nothing, or too much, in them.
func TestBareDocuments(t *testing.T) {
	s, _ := withBucket(t, Options{})
	for query, tt := range map[string]struct{ root, list, empty string }{
		"versioning":               {versioningRoot, "", "IllegalVersioningConfigurationException"},
		"encryption":               {encryptionRoot, "Rule", "MalformedXML"},
		"publicAccessBlock":        {publicAccessRoot, "", "InvalidRequest"},
		"ownershipControls":        {ownershipRoot, "Rule", "MalformedXML"},
		"tagging":                  {taggingRoot, "TagSet", "MalformedXML"},
		"cors":                     {corsRoot, "CORSRule", "MalformedXML"},
		"lifecycle":                {lifecycleRoot, "Rule", "MalformedXML"},
		"replication":              {replicationRoot, "Rule", "MalformedXML"},
		"logging":                  {loggingRoot, "LoggingEnabled", ""}, // switches off
		"notification":             {notificationRoot, "QueueConfiguration", ""},
		"intelligent-tiering&id=x": {tieringKind.root, "Tiering", "MalformedXML"},
		"metrics&id=x":             {metricsKind.root, "Filter", "MalformedXML"},
		"inventory&id=x":           {inventoryKind.root, "Destination", "MalformedXML"},
	} {
		if code := judge(t, s, query, "<"+tt.root+"/>"); code != tt.empty {
			t.Errorf("%s, empty: code %q, want %q", query, code, tt.empty)
		}
		for _, content := range []string{"<Colour>red</Colour>", "<" + tt.list + "><Colour>red</Colour></" + tt.list + ">"} {
			if tt.list == "" {
				continue
			}
			if code := judge(t, s, query, "<"+tt.root+">"+content+"</"+tt.root+">"); code != "MalformedXML" {
				t.Errorf("%s with %s: code %q, want MalformedXML", query, content, code)
			}
		}
		if code := judge(t, s, query, "<"+tt.root); code != "MalformedXML" {
			t.Errorf("%s, cut off: code %q", query, code)
		}
	}
}

// TestChecksumIsRequired covers the writes of which S3 demands one.
func TestChecksumIsRequired(t *testing.T) {
	s, _ := withBucket(t, Options{})
	for _, query := range []string{"cors", "lifecycle", "tagging", "replication"} {
		if a := ask(t, s, s.Root(), http.MethodPut, "/videos?"+query, "", nil); a.code != "InvalidRequest" {
			t.Errorf("%s: %d %s", query, a.status, a.code)
		}
	}
}
