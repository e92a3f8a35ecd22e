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
	owner  string // the label of the bucket that has them
}

func newEveryDocument(t *testing.T) *everyDocument {
	t.Helper()
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers lack some of the documents")
	d := &everyDocument{bucket: acctest.Name(t), label: "this", owner: "videos"}
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
  access_log_source_arns  = ["arn:aws:s3:::%[1]s", "arn:aws:s3:::%[1]s-second"]
  inventory_source_arns   = [fovea_video_bucket.videos.arn]
}

resource "fovea_replication_role" "copy" {
  name                    = "%[1]s-copy"
  source_bucket_arn       = fovea_video_bucket.videos.arn
  destination_bucket_arns = [fovea_video_bucket.backup.arn]
}
`, d.bucket)
	for _, kind := range documentKinds {
		fmt.Fprintf(&text, "\nresource %q %q {\n  bucket = fovea_video_bucket.%s.bucket\n%s\n%s\n}\n", kind, d.label, d.owner, bodies[kind], arguments)
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
	for name, tt := range map[string]struct {
		lifecycle string
		options   []string
	}{
		"":                       {},
		"created first":          {lifecycle: "lifecycle {\n  create_before_destroy = true\n}"},
		"without refresh":        {options: []string{"-refresh=false"}},
		"the new addresses only": {options: []string{"-target=fovea_bucket_policy.that", "-target=fovea_bucket_cors.that"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newEveryDocument(t)
			d.configure(d.config("a", tt.lifecycle, ""))
			d.apply()
			old := d.addresses()
			d.label = "that"
			moved := ""
			for i, address := range d.addresses() {
				moved += fmt.Sprintf("\nmoved {\n  from = %s\n  to   = %s\n}\n", old[i], address)
			}
			d.Fake.Requests().Reset()
			d.configure(d.config("a", tt.lifecycle, ""))
			// Whether Terraform plans the create or the destroy of a document first is not
			// certain: one destroy that comes first is enough.
			output, code := d.terraform(append([]string{"apply", "-auto-approve"}, tt.options...)...)
			switch {
			case name == "the new addresses only": // Terraform sees nothing of the old ones
				d.refused([]string{"is in the state twice, and one of the two is destroyed [document-managed-twice]", "terraform state rm"}, "apply", "-auto-approve")
				d.mustRun("state", "rm", "fovea_bucket_policy.this", "fovea_bucket_cors.this")
				d.configure(d.config("a", tt.lifecycle, moved))
				d.apply()
			case code == 0:
				d.says(output, "[document-kept]")
			default:
				d.says(output, "is created and destroyed by one plan [document-managed-twice]", "add a moved block")
				d.configure(d.config("a", tt.lifecycle, moved))
				d.apply(tt.options...)
			}
			d.unchanged()
			if n := d.writes(); n != 0 {
				t.Errorf("got %d requests that write or remove a document, want 0", n)
			}
		})
	}
}

// TestDocumentsAreReplaced forces replacements. The documents are there at the end.
func TestDocumentsAreReplaced(t *testing.T) {
	const trigger = "\nresource \"terraform_data\" \"trigger\" {\n  input = %q\n}\n"
	for name, lifecycle := range map[string]string{"destroyed first": "", "created first": "create_before_destroy = true"} {
		t.Run(name, func(t *testing.T) {
			d := newEveryDocument(t)
			policy := "fovea_bucket_policy." + d.label
			arguments := fmt.Sprintf("lifecycle {\n  %s\n}", lifecycle)
			config := d.config("a", arguments, fmt.Sprintf(trigger, "one"))
			d.configure(config)
			d.apply()
			var replace []string
			for _, address := range d.addresses() {
				if address != policy {
					replace = append(replace, "-replace="+address)
				}
			}
			d.apply(replace...)
			d.unchanged()
			refusal := []string{"The policy of the bucket " + d.bucket + " cannot be replaced [document-in-place]"}
			d.refused(refusal, "apply", "-auto-approve", "-replace="+policy)
			d.unchanged()

			for _, address := range d.addresses() {
				d.mustRun("taint", address)
			}
			d.says(d.apply(), "The policy of the bucket "+d.bucket+" is marked as tainted [document-tainted]")
			d.unchanged()

			triggered := fmt.Sprintf("lifecycle {\n  %s\n  replace_triggered_by = [terraform_data.trigger]\n}", lifecycle)
			d.configure(d.config("a", triggered, fmt.Sprintf(trigger, "two")))
			d.refused(refusal, "apply", "-auto-approve")
			d.configure(strings.Replace(d.config("a", triggered, fmt.Sprintf(trigger, "two")),
				"E"+"A\"]\n"+triggered, "EA\"]\n"+arguments, 1)) // of the policy
			d.apply()
			d.configure(config)
			d.apply()
			d.unchanged()
		})
	}
}

// TestDocumentsDoNotMoveOntoOthers moves all documents to a bucket that has others, which
// are in no state. The plan is refused: the apply would remove them from the first bucket
// before it could find out.
func TestDocumentsDoNotMoveOntoOthers(t *testing.T) {
	d := newEveryDocument(t)
	second := fmt.Sprintf("resource \"fovea_video_bucket\" \"second\" {\n  bucket = %q\n}\n", d.bucket+"-second")
	first := d.config("a", "", second)
	others := everyDocument{workspace: d.workspace, bucket: d.bucket, label: "others", owner: "second"}
	_, blocks, _ := strings.Cut(others.config("b", "", ""), "\nresource \"fovea_bucket_cors\"")
	d.configure(first + "\nresource \"fovea_bucket_cors\"" + blocks)
	d.apply()
	others.forget()
	d.Fake.Requests().Reset()
	d.owner = "second"
	for name, lifecycle := range map[string]string{"destroyed first": "", "created first": "lifecycle {\n  create_before_destroy = true\n}"} {
		t.Run(name, func(t *testing.T) {
			w := d.on(t)
			w.configure(d.config("a", lifecycle, second))
			output := w.refused([]string{"exists and is not in the state [document-exists]"}, "plan")
			for _, address := range d.addresses() {
				w.says(output, "with "+address+",")
			}
		})
	}
	if n := d.writes(); n != 0 {
		t.Errorf("got %d requests that write or remove a document, want 0", n)
	}
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
