package awsdiag

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

// withoutStorageRemedy are the codes about which nothing can be done in a configuration.
var withoutStorageRemedy = []storagecheck.Code{
	storagecheck.OK, storagecheck.Unsupported, storagecheck.NoObject, storagecheck.NoOrigin, storagecheck.NotReached,
	storagecheck.TooMany, storagecheck.Unreadable, storagecheck.Unconfigured, storagecheck.OtherError, storagecheck.ObjectMissing,
}

// TestStorageRemedies expects one for every code, which names a resource or the provider.
func TestStorageRemedies(t *testing.T) {
	names := regexp.MustCompile(`fovea_[a-z_]+|the provider|clock|\binclude\b|aws kms|Range|Terraform`)
	o := storagecheck.Options{Bucket: "videos", ManifestKey: "manifest.json", Origin: "https://fovea.example.com"}
	for _, code := range storagecheck.Codes() {
		t.Run(string(code), func(t *testing.T) {
			for _, app := range []bool{false, true} {
				got := StorageRemedy(o, storagecheck.Result{Name: storagecheck.List, Status: storagecheck.Fail, Code: code, Facts: storagecheck.Facts{App: app, Action: "s3:ListBucket"}})
				switch without := slices.Contains(withoutStorageRemedy, code); {
				case without && got != "":
					t.Errorf("got %q, want none", got)
				case !without && !names.MatchString(got):
					t.Errorf("got %q, want a remedy that names where to change what", got)
				}
			}
		})
	}
	for _, code := range []storagecheck.Code{storagecheck.ListDenied, storagecheck.PublicPolicy, storagecheck.PresignedRefused, storagecheck.TLSRequired, storagecheck.TLSOptional} {
		got := StorageRemedy(o, storagecheck.Result{Status: storagecheck.Fail, Code: code, Facts: storagecheck.Facts{App: true, Action: "s3:ListBucket"}})
		if !strings.Contains(got, "written by other means") {
			t.Errorf("%s: got %q, want a word on policies that no resource manages", code, got)
		}
	}
	if got := StorageRemedy(o, storagecheck.Result{Status: storagecheck.Pass, Code: storagecheck.CORSRefused}); got != "" {
		t.Errorf("got %q for a check that passes, want none", got)
	}
}
