package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestImportIDs gives IDs that no service is asked about: the provider that gets
// them is not even configured.
func TestImportIDs(t *testing.T) {
	const (
		aBucket = `It must be the name of the bucket, as in "fovea-videos".`
		aConfig = `It must be the name of the bucket, as in "fovea-videos", or that and the name of the configuration, as in "fovea-videos/`
		aList   = `It must be the name of the bucket, as in "fovea-videos", or that and the key of the manifest, as in "fovea-videos/manifest.json".`
		aUser   = `It must be the name of the user, as in "fovea-reader".`
		aRole   = `It must be the name of the role, as in "fovea-reader".`
		aKey    = `It must be the access key's ID, as in "AKIAIOSFODNN7EXAMPLE", or the name of its user and that, as in "fovea-reader/AKIAIOSFODNN7EXAMPLE".`
	)
	for _, tt := range []struct{ kind, id, form, why string }{
		{"fovea_video_bucket", "Bad Name", aBucket, "it has the upper-case letter B"},
		{"fovea_bucket_cors", "Bad Name", aBucket, "it has the upper-case letter B"},
		{"fovea_bucket_lifecycle", "videos/rule", aBucket, "it has the character '/'"},
		{"fovea_bucket_logging", "arn:aws:s3:::videos", aBucket, "it has the character ':'"},
		{"fovea_bucket_policy", "v", aBucket, "it has fewer than 3 characters"},
		{"fovea_bucket_replication", "videos.", aBucket, "it does not end in a letter or digit"},
		{"fovea_bucket_metrics", "Bad Name", aConfig + `EntireBucket".`, "it has the upper-case letter B"},
		{"fovea_bucket_inventory", "videos/", aConfig + `FOVEAVideos".`, "it is empty"},
		{"fovea_bucket_intelligent_tiering", "videos/a/b", aConfig, "it has a character that S3 does not allow"},
		{"fovea_manifest", "Bad Name", aList, "it has the upper-case letter B"},
		{"fovea_manifest", "videos//manifest.json", aList, "it begins with a slash"},
		{"fovea_access_user", "two words", aUser, `it has the character " "`},
		{"fovea_access_role", "arn:aws:iam::123456789012:role/fovea", aRole, `it has the character ":"`},
		{"fovea_replication_role", "service/role", aRole, "it has a slash"},
		{"fovea_access_key", "a/b/c", aKey, `it has the character "/"`},
		{"fovea_access_key", "AKIANOSUCH", aKey, "it has 10 characters"},
		{"fovea_access_key", "/AKIAIOSFODNN7EXAMPLE", aKey, "it is empty"},
		{"fovea_access_key", "fovea-reader/", aKey, "it is empty"},
	} {
		t.Run(tt.kind+" "+tt.id, func(t *testing.T) {
			server, err := acctest.Factories()["fovea"]()
			if err != nil {
				t.Fatal(err)
			}
			resp, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: tt.kind, ID: tt.id})
			if err != nil {
				t.Fatal(err)
			}
			if len(resp.Diagnostics) != 1 {
				t.Fatalf("%d diagnostics: %v", len(resp.Diagnostics), resp.Diagnostics)
			}
			text := resp.Diagnostics[0].Summary + ": " + resp.Diagnostics[0].Detail
			for _, want := range []string{`Invalid import ID: "` + tt.id + `" cannot be imported. ` + tt.form, tt.why} {
				if !acctest.Message(want).MatchString(text) {
					t.Errorf("no %q in %s", want, text)
				}
			}
		})
	}
}
