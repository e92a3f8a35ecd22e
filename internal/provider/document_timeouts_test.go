package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestDocumentTimeouts writes documents that do not show: each write ends when the
// configuration says, with a warning that names what was waited for. The document is in
// the state.
func TestDocumentTimeouts(t *testing.T) {
	for kind, tt := range map[string]struct{ arguments, operation, code, document string }{
		"fovea_bucket_cors":                {`rules = [{ allowed_origins = ["https://fovea.example.com"] }]`, "GetBucketCors", "NoSuchCORSConfiguration", "CORS configuration"},
		"fovea_bucket_inventory":           {`destination = { bucket_arn = "arn:aws:s3:::fovea-videos" }`, "GetBucketInventoryConfiguration", "NoSuchConfiguration", "inventory configuration"},
		"fovea_bucket_lifecycle":           {"", "GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration", "lifecycle configuration"},
		"fovea_bucket_metrics":             {"", "GetBucketMetricsConfiguration", "NoSuchConfiguration", "metrics configuration"},
		"fovea_bucket_intelligent_tiering": {"", "GetBucketIntelligentTieringConfiguration", "NoSuchConfiguration", "Intelligent-Tiering configuration"},
		"fovea_bucket_policy":              {denyPlainHTTP, "GetBucketPolicy", "NoSuchBucketPolicy", "policy"},
	} {
		t.Run(kind, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "it injects faults")
			makeBucket(t, e, "fovea-videos")
			lift := e.Fake.Inject(fakeaws.Fault{Operation: tt.operation, Status: http.StatusNotFound, Code: tt.code})
			config := func(timeouts string) string {
				return e.Config("%s", "resource \""+kind+"\" \"this\" {\n bucket = \"fovea-videos\"\n "+tt.arguments+"\n timeouts {\n  "+timeouts+"\n }\n}\n")
			}
			var heard warnings
			heard.run(t,
				resource.TestStep{Config: config(`create = "soon"`), PlanOnly: true, ExpectError: acctest.Message(`"soon"`)},
				resource.TestStep{Config: config(`create = "1s"`), ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{planCheck(func() error {
					lift()
					said := strings.Join(heard.take(), "\n")
					for _, want := range []string{"was written, but does not show yet [document-unconfirmed]", "Run terraform plan later", "accepted the change, but the " + tt.document} {
						if !acctest.Message(want).MatchString(said) {
							return fmt.Errorf("got the warnings %q, want %q in them", said, want)
						}
					}
					return nil
				})}}},
				resource.TestStep{Config: config(`update = "3s"`)},
			)
		})
	}
}

// TestEveryDocumentHasTimeouts asks the schema: the others are alike.
func TestEveryDocumentHasTimeouts(t *testing.T) {
	for _, kind := range []string{"cors", "inventory", "lifecycle", "logging", "metrics", "intelligent_tiering", "policy", "replication"} {
		arguments := map[string]string{
			"cors":        `"rules": [{"allowed_origins": ["*"]}], `,
			"inventory":   `"destination": {"bucket_arn": "arn:aws:s3:::lists"}, `,
			"logging":     `"target_bucket": "logs", `,
			"replication": `"role_arn": "arn:aws:iam::123456789012:role/copy", "rules": [{"destination": {"bucket_arn": "arn:aws:s3:::backup"}}], `,
		}[kind]
		finds(t, "fovea_bucket_"+kind, `{"bucket": "videos", `+arguments+`"timeouts": {"create": "1s", "update": "1s", "delete": "soon"}}`,
			map[string]string{"timeouts.delete": `"soon"`})
	}
}
