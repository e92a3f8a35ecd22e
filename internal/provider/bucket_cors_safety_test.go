package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestBucketCORSIsNotTakenForGone answers a refresh in ways that do not say that
// there are no rules.
func TestBucketCORSIsNotTakenForGone(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		fault   fakeaws.Fault
		message string
	}{
		"denied":          {on("GetBucketCors", denied), "The resource may still exist, so it stays in the state"},
		"not implemented": {on("GetBucketCors", lacking), "which does not implement the CORS configuration of S3"},
		"another answer":  {fakeaws.Fault{Operation: "GetBucketCors", Status: http.StatusOK, Body: "<ListBucketResult/>"}, "which does not implement the CORS configuration of S3, or not all of it. Leave that part out of the configuration, or use a server that has it. If something else answers for"},
		"web page":        {on("GetBucketCors", webPage), "The answer is a web page, not one of S3, IAM or STS."},
	} {
		bucket := bareBucket(t, e)
		config := labelled(corsBlock(bucket, appRule), labelOf(name))
		tt.fault.Bucket = bucket
		var active faults
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{PreConfig: func() { active.inject(e, tt.fault) }, Config: config, ExpectError: acctest.Message(tt.message)},
			{PreConfig: func() { active.lift() }, Config: config, ConfigPlanChecks: nothing()},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

func TestBucketCORSBadInput(t *testing.T) {
	rules := func(rules string) string { return "bucket = \"fovea-videos\"\nrules = [" + rules + "]" }
	var origins []string
	for i := range 1000 {
		origins = append(origins, fmt.Sprintf(`"https://site-%04d.fovea.example.com"`, i))
	}
	refuses(t, "fovea_bucket_cors", map[string]badInput{
		"no rules":             {rules(``), "list must contain at least 1 elements and at most 100 elements"},
		"null rule":            {rules(`null`), "Null List Value"},
		"no origins":           {rules(`{ allowed_origins = [] }`), "list must contain at least 1 elements"},
		"null origin":          {rules(`{ allowed_origins = [null] }`), "Null List Value"},
		"origin with a slash":  {rules(`{ allowed_origins = ["https://fovea.example.com/"] }`), `"https://fovea.example.com/" cannot be used: it ends in a slash, which no browser sends. An origin is scheme, host and, unless it is the scheme's own, port`},
		"origin with a path":   {rules(`{ allowed_origins = ["https://fovea.example.com/app"] }`), "it has a path, which no browser sends"},
		"origin, no scheme":    {rules(`{ allowed_origins = ["fovea.example.com"] }`), "it has no scheme, such as https://"},
		"origin in capitals":   {rules(`{ allowed_origins = ["https://FOVEA.example.com"] }`), "it has an upper-case letter, and browsers send lower case only"},
		"origin of two stars":  {rules(`{ allowed_origins = ["https://*.example.*"] }`), "it has more than one *"},
		"unknown method":       {rules(`{ allowed_origins = ["*"], allowed_methods = ["PATCH"] }`), `"PATCH" cannot be used: S3 does not allow it in CORS rules. S3 knows GET, HEAD, PUT, POST and DELETE here`},
		"preflight method":     {rules(`{ allowed_origins = ["*"], allowed_methods = ["OPTIONS"] }`), "it answers preflights, which use OPTIONS, by itself"},
		"small method":         {rules(`{ allowed_origins = ["*"], allowed_methods = ["get"] }`), "methods are written in capitals"},
		"no methods":           {rules(`{ allowed_origins = ["*"], allowed_methods = [] }`), "list must contain at least 1 elements"},
		"header of two stars":  {rules(`{ allowed_origins = ["*"], allowed_headers = ["x-*-*"] }`), "it has more than one *"},
		"star exposed":         {rules(`{ allowed_origins = ["*"], expose_headers = ["*"] }`), "S3 takes no * here"},
		"header with a space":  {rules(`{ allowed_origins = ["*"], expose_headers = ["Content Length"] }`), "it is not the name of a header"},
		"negative age":         {rules(`{ allowed_origins = ["*"], max_age_seconds = -1 }`), "value must be between 0 and 2147483647, got: -1"},
		"id of two rules":      {rules(`{ allowed_origins = ["http://a"], id = "app" }, { allowed_origins = ["http://b"] }, { allowed_origins = ["http://c"], id = "app" }`), `rules[0] and rules[2] both have the id "app". Give each rule an id of its own, or none.`},
		"a long document":      {rules("{ allowed_origins = [" + strings.Join(origins, ", ") + "] }"), "The rules make a document of 66021 bytes, and S3 takes at most 65536 for a bucket. Allow origins by a pattern, such as https://*.example.com"},
		"empty id":             {rules(`{ allowed_origins = ["*"], id = "" }`), "string length must be between 1 and 255"},
		"bucket that is a URL": {"bucket = \"s3://fovea-videos\"\nrules = [{ allowed_origins = [\"*\"] }]", "it has the character ':'"},
	})
}
