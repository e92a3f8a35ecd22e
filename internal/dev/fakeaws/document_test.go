package fakeaws

import (
	"net/http"
	"testing"
)

// TestBareDocuments puts documents that have nothing, or too much, in them.
func TestBareDocuments(t *testing.T) {
	s, _ := withBucket(t, Options{})
	for query, tt := range map[string]struct{ root, list, empty string }{
		"versioning":               {"VersioningConfiguration", "", "IllegalVersioningConfigurationException"},
		"encryption":               {"ServerSideEncryptionConfiguration", "Rule", "MalformedXML"},
		"publicAccessBlock":        {"PublicAccessBlockConfiguration", "", "InvalidRequest"},
		"ownershipControls":        {"OwnershipControls", "Rule", "MalformedXML"},
		"tagging":                  {"Tagging", "TagSet", "MalformedXML"},
		"cors":                     {"CORSConfiguration", "CORSRule", "MalformedXML"},
		"lifecycle":                {"LifecycleConfiguration", "Rule", "MalformedXML"},
		"replication":              {"ReplicationConfiguration", "Rule", "MalformedXML"},
		"logging":                  {"BucketLoggingStatus", "LoggingEnabled", ""}, // switches off
		"notification":             {"NotificationConfiguration", "QueueConfiguration", ""},
		"intelligent-tiering&id=x": {"IntelligentTieringConfiguration", "Tiering", "MalformedXML"},
		"metrics&id=x":             {"MetricsConfiguration", "Filter", "MalformedXML"},
		"inventory&id=x":           {"InventoryConfiguration", "Destination", "MalformedXML"},
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
