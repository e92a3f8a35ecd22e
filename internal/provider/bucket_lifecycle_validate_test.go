package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// TestBucketLifecycleBadRules validates one rule each; id is added when there is
// none.
func TestBucketLifecycleBadRules(t *testing.T) {
	const down = "Storage classes lead down only (STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE), so "
	for name, tt := range map[string]struct {
		rule string
		want map[string]string // what is said of an attribute of the rule
	}{
		"no action":        {`"filter": {"prefix": "clips/"}`, map[string]string{"": "S3 wants at least one of transitions, expiration, noncurrent_version_transitions, noncurrent_version_expiration and abort_incomplete_multipart_upload_days"}},
		"empty action":     {`"transitions": []`, map[string]string{"": "A rule that does nothing"}},
		"no name":          {`"id": "", "abort_incomplete_multipart_upload_days": 7`, map[string]string{".id": "must be between 1 and 255, got: 0"}},
		"long name":        {`"id": "` + strings.Repeat("é", 256) + `", "abort_incomplete_multipart_upload_days": 7`, map[string]string{".id": "must be between 1 and 255, got: 256"}},
		"unknown status":   {`"status": "On", "abort_incomplete_multipart_upload_days": 7`, map[string]string{".status": `value must be one of: ["Enabled" "Disabled"], got: "On"`}},
		"no time":          {`"transitions": [{"storage_class": "GLACIER_IR"}]`, map[string]string{".transitions[0]": "give exactly one of days, counted from when an object was made, and date"}},
		"two times":        {`"transitions": [{"storage_class": "GLACIER_IR", "days": 3, "date": "2030-01-01T00:00:00Z"}]`, map[string]string{".transitions[0]": "give exactly one of days"}},
		"negative days":    {`"transitions": [{"storage_class": "GLACIER_IR", "days": -1}]`, map[string]string{".transitions[0].days": "value must be between 0 and 2147483647, got: -1"}},
		"unknown class":    {`"transitions": [{"storage_class": "COLD", "days": 1}]`, map[string]string{".transitions[0].storage_class": `"GLACIER_IR" "GLACIER" "DEEP_ARCHIVE"], got: "COLD"`}},
		"no class":         {`"transitions": [{"days": 1}]`, map[string]string{".transitions[0].storage_class": "Missing Configuration for Required Attribute"}},
		"not a date":       {`"transitions": [{"storage_class": "GLACIER_IR", "date": "tomorrow"}]`, map[string]string{".transitions[0].date": `"tomorrow" cannot be used: it is not a date and time as RFC 3339 writes them. It must be the beginning of a day in UTC, such as "2030-01-31T00:00:00Z".`}},
		"not midnight":     {`"expiration": {"date": "2030-01-01T12:00:00Z"}`, map[string]string{".expiration.date": "it is not midnight in UTC"}},
		"another zone":     {`"expiration": {"date": "2030-01-01T01:00:00+01:00"}`, map[string]string{".expiration.date": "S3 would answer it as 2030-01-01T00:00:00Z"}},
		"up the ladder":    {`"transitions": [{"storage_class": "GLACIER", "days": 30}, {"storage_class": "STANDARD_IA", "days": 90}]`, map[string]string{".transitions[0].days": "STANDARD_IA comes after 90 days, and GLACIER after 30 days. " + down + "GLACIER must come later than STANDARD_IA."}},
		"at one time":      {`"transitions": [{"storage_class": "STANDARD_IA", "days": 1}, {"storage_class": "GLACIER_IR", "days": 1}]`, map[string]string{".transitions[1].days": "STANDARD_IA comes after 1 day, and GLACIER_IR after 1 day."}},
		"dates, no ladder": {`"transitions": [{"storage_class": "GLACIER_IR", "date": "2030-01-01T00:00:00Z"}, {"storage_class": "GLACIER", "date": "2029-01-01T00:00:00Z"}]`, map[string]string{".transitions[1].date": "GLACIER_IR comes on 2030-01-01, and GLACIER on 2029-01-01."}},
		"one class twice":  {`"transitions": [{"storage_class": "GLACIER_IR", "days": 30}, {"storage_class": "GLACIER_IR", "days": 90}]`, map[string]string{".transitions[1].storage_class": "GLACIER_IR comes after 30 days and after 90 days. An object can move there only once"}},
		"days and dates":   {`"transitions": [{"storage_class": "GLACIER_IR", "days": 30}], "expiration": {"date": "2030-01-01T00:00:00Z"}`, map[string]string{".expiration.date": "The rule acts after 30 days and on 2030-01-01. S3 takes either days or dates in a rule"}},
		"early end":        {`"transitions": [{"storage_class": "GLACIER_IR", "days": 90}], "expiration": {"days": 90}`, map[string]string{".expiration.days": "Objects would be deleted after 90 days, and moved to GLACIER_IR after 90 days."}},
		"end of no kind":   {`"expiration": {}`, map[string]string{".expiration": "exactly one of days, date and expired_object_delete_marker = true"}},
		"end of two kinds": {`"expiration": {"days": 3, "expired_object_delete_marker": true}`, map[string]string{".expiration": "For two of them, write two rules."}},
		"end at once":      {`"expiration": {"days": 0}`, map[string]string{".expiration.days": "value must be between 1 and 2147483647, got: 0"}},
		"many versions":    {`"noncurrent_version_expiration": {"noncurrent_days": 1, "newer_noncurrent_versions": 101}`, map[string]string{".noncurrent_version_expiration.newer_noncurrent_versions": "value must be between 1 and 100, got: 101"}},
		"no noncurrent":    {`"noncurrent_version_expiration": {"noncurrent_days": 0}`, map[string]string{".noncurrent_version_expiration.noncurrent_days": "value must be between 1 and 2147483647, got: 0"}},
		"noncurrent ladder": {`"noncurrent_version_transitions": [{"storage_class": "GLACIER_IR", "noncurrent_days": 5}, {"storage_class": "GLACIER", "noncurrent_days": 4}]`,
			map[string]string{".noncurrent_version_transitions[1].noncurrent_days": "GLACIER must come later than GLACIER_IR"}},
		"noncurrent end": {`"noncurrent_version_transitions": [{"storage_class": "GLACIER_IR", "noncurrent_days": 5}], "noncurrent_version_expiration": {"noncurrent_days": 4}`,
			map[string]string{".noncurrent_version_expiration.noncurrent_days": "S3 wants the expiration later than every transition"}},
		"uploads by tag":   {`"filter": {"tags": {"a": "b"}}, "abort_incomplete_multipart_upload_days": 7`, map[string]string{".abort_incomplete_multipart_upload_days": "S3 refuses it for a filter with tags or sizes"}},
		"markers by size":  {`"filter": {"object_size_greater_than": 1}, "expiration": {"expired_object_delete_marker": true}`, map[string]string{".expiration.expired_object_delete_marker": "Delete markers have no tags and no size"}},
		"impossible sizes": {`"filter": {"object_size_greater_than": 9, "object_size_less_than": 9}, "expiration": {"days": 1}`, map[string]string{".filter.object_size_less_than": "No object is larger than 9 bytes and smaller than 9."}},
		"slash in front":   {`"filter": {"prefix": "/clips"}, "expiration": {"days": 1}`, map[string]string{".filter.prefix": "it begins with a slash"}},
		"bad tag":          {`"filter": {"tags": {"aws:x": "y"}}, "expiration": {"days": 1}`, map[string]string{".filter.tags[aws:x]": "AWS keeps keys that begin with aws: for itself"}},
		"null tag":         {`"filter": {"tags": {"x": null}}, "expiration": {"days": 1}`, map[string]string{".filter.tags[x]": "the value is null"}},
		"many tags":        {`"filter": {"tags": {"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","k":""}}, "expiration": {"days": 1}`, map[string]string{".filter.tags": "at most 10 elements, got: 11"}},
		"all at once": {
			`"transitions": [{"storage_class": "GLACIER", "days": 30}, {"storage_class": "STANDARD_IA", "days": 90}, {"storage_class": "GLACIER_IR"}], "expiration": {"days": 20}, "noncurrent_version_expiration": {"noncurrent_days": 0}`,
			map[string]string{
				".transitions[0].days": "Transitions in the wrong order", ".transitions[2]": "A transition without a time, or with two", ".expiration.days": "An expiration before a transition",
				".noncurrent_version_expiration.noncurrent_days": "must be between",
			},
		},
		"none": {`"filter": {}, "transitions": [{"storage_class": "STANDARD_IA", "days": 0}, {"storage_class": "DEEP_ARCHIVE", "days": 1}], "expiration": {"days": 2, "expired_object_delete_marker": false}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			rule := tt.rule
			if !strings.Contains(rule, `"id":`) {
				rule = `"id": "x", ` + rule
			}
			want := map[string]string{}
			for at, text := range tt.want {
				want["rules[0]"+at] = text
			}
			finds(t, "fovea_bucket_lifecycle", `{"bucket": "videos", "rules": [{`+rule+`}]}`, want)
		})
	}
}

func TestBucketLifecycleBadDocuments(t *testing.T) {
	rule := func(id int) string {
		return fmt.Sprintf(`{"id": "%d", "abort_incomplete_multipart_upload_days": 7}`, id)
	}
	var many []string
	for i := range 1001 {
		many = append(many, rule(i))
	}
	for name, tt := range map[string]struct {
		arguments string
		want      map[string]string
	}{
		"no rules":  {`"rules": []`, map[string]string{"rules": "S3 stores no empty list of rules. Leave rules out for the default ones; to have none, remove the resource."}},
		"null rule": {`"rules": [null]`, map[string]string{"rules": "Null"}},
		"many":      {`"rules": [` + strings.Join(many, ",") + `]`, map[string]string{"rules": "There are 1001, and S3 takes at most 1,000 for a bucket."}},
		"one name twice": {`"rules": [` + rule(1) + `,` + rule(2) + `,` + rule(1) + `]`,
			map[string]string{"rules[2].id": `rules[0] and rules[2] are both called "1". S3 tells rules apart by their ID: give one of them another.`}},
		"minimum size": {`"transition_default_minimum_object_size": "64K"`, map[string]string{"transition_default_minimum_object_size": `"varies_by_storage_class"], got: "64K"`}},
		"none":         {`"rules": null`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			finds(t, "fovea_bucket_lifecycle", `{"bucket": "videos", `+tt.arguments+`}`, tt.want)
		})
	}
}

// TestBucketLifecycleUnknown has values that are known only after another
// resource was made: what is not known is not complained about, and works.
func TestBucketLifecycleUnknown(t *testing.T) {
	d := newLifecycle(t)
	const later = `
resource "terraform_data" "later" {
  input = { days = 30, class = "GLACIER_IR", prefix = "clips/", tags = { a = "b" }, transitions = [{ days = 40, storage_class = "GLACIER_IR" }] }
}
`
	config := d.config(`
  rules = [
    {
      id         = "leaves"
      filter     = { prefix = terraform_data.later.output.prefix, tags = terraform_data.later.output.tags }
      expiration = { days = 90 }
      transitions = [
        { days = terraform_data.later.output.days, storage_class = "STANDARD_IA" },
        { days = 60, storage_class = terraform_data.later.output.class },
      ]
    },
    { id = "list", transitions = terraform_data.later.output.transitions },
    { id = "days", abort_incomplete_multipart_upload_days = terraform_data.later.output.days },
  ]`) + later
	d.Run(t, resource.TestStep{Config: config})
	d.Run(t, resource.TestStep{
		Config: d.config(`rules = terraform_data.later.output`) + `
resource "terraform_data" "later" {
  input = [{ id = "all", expiration = { days = 90 } }]
}
`,
	})
}

func TestBucketLifecycleWarnings(t *testing.T) {
	d := newLifecycle(t)
	const rules = `
    { id = "archive", filter = { prefix = "clips/" }, transitions = [{ days = 10, storage_class = "STANDARD_IA" }, { days = 90, storage_class = "GLACIER" }, { days = 180, storage_class = "DEEP_ARCHIVE" }] },
    { id = "old", noncurrent_version_transitions = [{ noncurrent_days = 29, storage_class = "ONEZONE_IA" }, { noncurrent_days = 90, storage_class = "GLACIER" }] },
    { id = "off", status = "Disabled", transitions = [{ days = 1, storage_class = "DEEP_ARCHIVE" }] },
`
	var heard warnings
	heard.run(t,
		resource.TestStep{
			Config: d.config("rules = [" + rules + "]"),
			PostApplyFunc: heard.expect(t,
				`Videos will not play after the rule archive [videos-archived] The rule "archive" moves objects to GLACIER, whose objects must be restored before they can be read`,
				`Videos will not play after the rule archive [videos-archived] The rule "archive" moves objects to DEEP_ARCHIVE`,
				`Infrequent access after less than 30 days by the rule archive [early-infrequent-access] The rule "archive" moves objects to STANDARD_IA after 10 days.`,
				`Infrequent access after less than 30 days by the rule old [early-infrequent-access] The rule "old" moves objects to ONEZONE_IA after 29 days.`,
			),
		},
		resource.TestStep{ // rules that stay as they are have been warned of
			Config: d.config("rules = [" + rules + `
    { id = "delete", filter = { prefix = "clips/" }, expiration = { days = 1000 } },
    { id = "delete all", expiration = { date = "2099-01-01T00:00:00Z" } },
  ]`),
			PostApplyFunc: heard.expect(t,
				`Objects will be deleted by the rule delete [lifecycle-deletes-videos] The rule "delete" deletes every object under "clips/" after 1000 days.`,
				`Objects will be deleted by the rule delete all [lifecycle-deletes-videos] The rule "delete all" deletes every object in the bucket on 2099-01-01.`,
			),
		},
	)
	if seen := heard.take(); len(seen) > 0 {
		t.Errorf("a destroy warns of %q", seen)
	}
}
