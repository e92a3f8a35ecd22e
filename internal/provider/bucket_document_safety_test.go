package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// documentKinds are the types of all resources of bucketDocument.
var documentKinds = []string{
	"fovea_bucket_cors", "fovea_bucket_lifecycle", "fovea_bucket_logging", "fovea_bucket_metrics", "fovea_bucket_intelligent_tiering",
	"fovea_bucket_policy", "fovea_bucket_inventory", "fovea_bucket_replication",
}

// everyDocument has a bucket with a document of each kind.
type everyDocument struct {
	*workspace
	bucket string
	label  string // of the documents
}

func newEveryDocument(t *testing.T) *everyDocument {
	t.Helper()
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers lack some of the documents")
	d := &everyDocument{bucket: acctest.Name(t), label: "this"}
	d.workspace = newWorkspace(t, e, d.config("a", "", ""))
	d.apply()
	return d
}

// config has a variant, "a" or "b", of each document, with further arguments in each.
func (d *everyDocument) config(variant, arguments, more string) string {
	b := variant == "b"
	choose := func(a, other string) string {
		if b {
			return other
		}
		return a
	}
	bodies := map[string]string{
		"fovea_bucket_cors":                fmt.Sprintf("rules = [{ allowed_origins = [\"https://%s.example.com\"] }]", variant),
		"fovea_bucket_lifecycle":           choose("", "rules = [{ id = \"b\", abort_incomplete_multipart_upload_days = 3 }]"),
		"fovea_bucket_logging":             fmt.Sprintf("target_bucket = fovea_bucket_policy.logs.bucket\ntarget_prefix = \"%s/\"", variant),
		"fovea_bucket_metrics":             choose("", "filter = { prefix = \"b/\" }"),
		"fovea_bucket_intelligent_tiering": choose("", "tierings = [{ days = 200, access_tier = \"ARCHIVE_ACCESS\" }]"),
		"fovea_bucket_policy":              fmt.Sprintf("deny_insecure_transport = false\ncloudfront_distribution_arns = [\"arn:aws:cloudfront::123456789012:distribution/E%s\"]", strings.ToUpper(variant)),
		"fovea_bucket_inventory":           choose("", "frequency = \"Weekly\"\n") + "destination = { bucket_arn = fovea_video_bucket.logs.arn }",
		"fovea_bucket_replication": "role_arn = fovea_replication_role.copy.arn\n" +
			"rules = [{ destination = { bucket_arn = fovea_video_bucket.backup.arn }, priority = " + choose("1", "2") + " }]",
	}
	var text strings.Builder
	fmt.Fprintf(&text, `
resource "fovea_video_bucket" "videos" {
  bucket = %[1]q
}

resource "fovea_video_bucket" "backup" {
  bucket = "%[1]s-backup"
}

resource "fovea_video_bucket" "logs" {
  bucket = "%[1]s-logs"
}

resource "fovea_bucket_policy" "logs" {
  bucket                  = fovea_video_bucket.logs.bucket
  deny_insecure_transport = false
  access_log_source_arns  = [fovea_video_bucket.videos.arn]
  inventory_source_arns   = [fovea_video_bucket.videos.arn]
}

resource "fovea_replication_role" "copy" {
  name                    = "%[1]s-copy"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
}
`, d.bucket)
	for _, kind := range documentKinds {
		fmt.Fprintf(&text, "\nresource %q %q {\n  bucket = fovea_video_bucket.videos.bucket\n%s\n%s\n}\n", kind, d.label, bodies[kind], arguments)
	}
	return text.String() + more
}

func (d *everyDocument) addresses() []string {
	var addresses []string
	for _, kind := range documentKinds {
		addresses = append(addresses, kind+"."+d.label)
	}
	return addresses
}

// forget takes the documents out of the state.
func (d *everyDocument) forget() {
	d.t.Helper()
	d.mustRun(append([]string{"state", "rm"}, d.addresses()...)...)
}

// writes counts the requests that write or remove a document.
func (d *everyDocument) writes() int {
	n := 0
	for operation, times := range d.Fake.Requests().Counts() {
		if strings.HasPrefix(operation, "PutBucket") || strings.HasPrefix(operation, "DeleteBucket") {
			n += times
		}
	}
	return n
}

// TestDocumentsAreImported has documents that exist and are in no state.
func TestDocumentsAreImported(t *testing.T) {
	d := newEveryDocument(t)
	d.forget()
	d.Fake.Requests().Reset()

	d.configure(d.config("b", "", ""))
	output := d.mustRun("plan")
	for _, address := range d.addresses() {
		if !strings.Contains(output, "with "+address+",") {
			t.Errorf("the plan does not warn of %s, which differs between a and b:\n%s", address, output)
		}
	}
	d.refused([]string{"The CORS configuration of the bucket " + d.bucket + " exists and is not in the state [document-exists]"}, "apply", "-auto-approve")
	if n := d.writes(); n != 0 {
		t.Errorf("the refused apply sent %d requests that write, want 0", n)
	}

	// What is there as it is planned is taken over.
	d.configure(d.config("a", "", ""))
	d.apply()
	d.unchanged()
	if n := d.writes(); n != 0 {
		t.Errorf("the apply that takes over sent %d requests that write, want 0", n)
	}

	// The remedy of the refusal.
	d.forget()
	imports := ""
	for _, address := range d.addresses() {
		id := d.bucket
		switch {
		case strings.Contains(address, "metrics"):
			id += "/EntireBucket"
		case strings.Contains(address, "tiering"):
			id += "/AutoTiering"
		case strings.Contains(address, "inventory"):
			id += "/FOVEAVideos"
		}
		imports += fmt.Sprintf("\nimport {\n  to = %s\n  id = %q\n}\n", address, id)
	}
	d.configure(d.config("b", "", imports))
	d.apply()
	d.unchanged()
}

// TestDocumentsAreRenamed renames the blocks of all documents, without moved blocks and
// with them.
func TestDocumentsAreRenamed(t *testing.T) {
	d := newEveryDocument(t)
	old := d.addresses()
	d.label = "that"
	moved := ""
	for i, address := range d.addresses() {
		moved += fmt.Sprintf("\nmoved {\n  from = %s\n  to   = %s\n}\n", old[i], address)
	}
	d.Fake.Requests().Reset()
	d.configure(d.config("a", "", ""))
	// Whether Terraform plans the create or the destroy of a document first is not
	// certain: one destroy that comes first is enough.
	if output, code := d.terraform("apply", "-auto-approve"); code == 0 {
		d.says(output, "[document-kept]")
	} else {
		d.says(output, "is created and destroyed by one plan [document-managed-twice]", "add a moved block")
		d.configure(d.config("a", "", moved))
		d.apply()
	}
	d.unchanged()
	if n := d.writes(); n != 0 {
		t.Errorf("got %d requests that write or remove a document, want 0", n)
	}
}

// TestDocumentsAreReplaced forces replacements. The documents are there at the end.
func TestDocumentsAreReplaced(t *testing.T) {
	d := newEveryDocument(t)
	policy := "fovea_bucket_policy." + d.label
	for _, arguments := range []string{"", "lifecycle {\n  create_before_destroy = true\n}"} {
		d.configure(d.config("a", arguments, ""))
		d.apply()
		var replace []string
		for _, address := range d.addresses() {
			if address != policy {
				replace = append(replace, "-replace="+address)
			}
		}
		d.mustRun(append([]string{"apply", "-auto-approve"}, replace...)...)
		d.unchanged()
		d.refused([]string{"The policy of the bucket " + d.bucket + " cannot be replaced [document-in-place]"}, "apply", "-auto-approve", "-replace="+policy)
		d.unchanged()
	}
	for _, address := range d.addresses() {
		d.mustRun("taint", address)
	}
	d.says(d.apply(), "The policy of the bucket "+d.bucket+" is marked as tainted [document-tainted]")
	d.unchanged()
}

// TestTwoBlocksOfANewBucket has two blocks for one document of a bucket whose name is not
// known at plan. The second write is refused.
func TestTwoBlocksOfANewBucket(t *testing.T) {
	e := acctest.Start(t)
	cors := func(label, origin, more string) string {
		return fmt.Sprintf("resource \"fovea_bucket_cors\" %q {\n  bucket = fovea_video_bucket.new.bucket\n  rules  = [{ allowed_origins = [%q] }]\n%s\n}\n", label, origin, more)
	}
	bucket := fmt.Sprintf("resource \"fovea_video_bucket\" \"new\" {\n  bucket_prefix = %q\n}\n", acctest.Name(t)[:20]+"-")
	w := newWorkspace(t, e, bucket+cors("one", "https://one.example.com", "")+cors("two", "https://two.example.com", "depends_on = [fovea_bucket_cors.one]"))
	w.refused([]string{"is managed by two resources [document-managed-twice]", "with fovea_bucket_cors.two"}, "apply", "-auto-approve")
	w.configure(bucket + cors("one", "https://one.example.com", ""))
	w.unchanged()
}
