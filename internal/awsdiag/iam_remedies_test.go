package awsdiag

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// TestIAMRemedies has every kind of error of package iamaccess, wrapped as a caller may.
func TestIAMRemedies(t *testing.T) {
	server := errors.New("the server's answer")
	const user, role, profile = iamaccess.KindUser, iamaccess.KindRole, iamaccess.KindProfile
	made := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	keys := []iamaccess.Key{{ID: "AKIA1", Status: "Active", CreatedAt: made.Add(time.Hour)}, {ID: "AKIA2", Status: "Inactive", CreatedAt: made}}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"exists":                    {&iamaccess.ExistsError{Kind: role, Name: "app", Existing: "app", Err: server}, `The IAM role "app" exists already, and the provider does not take it over by itself. Import it (terraform import ADDRESS app)`},
		"exists in capitals":        {&iamaccess.ExistsError{Kind: user, Name: "app", Existing: "App", Err: server}, `The IAM user "App" exists already, and IAM names are unique ignoring case, so "app" is taken. Set the name to "App" and import it (terraform import ADDRESS App)`},
		"exists in some spelling":   {&iamaccess.ExistsError{Kind: profile, Name: "app", Err: server}, `An IAM instance profile named "app", or the same in other capitals, exists already`},
		"renamed to capitals":       {&iamaccess.CaseRenameError{Name: "app", NewName: "App", Err: server}, "then rename it to App."},
		"unclear creation, found":   {&iamaccess.UnclearCreationError{Kind: role, Name: "app", Found: true, Err: server}, "There is a role of that name now, which may be somebody else's. If it exists and nobody else made it, import it (terraform import ADDRESS app)"},
		"unclear creation, unknown": {&iamaccess.UnclearCreationError{Kind: role, Name: "app", Err: server}, "whether IAM has made it could not be learned. If it exists"},
		"user held":                 {&iamaccess.HeldError{Kind: user, Name: "app", Err: server}, "set force_destroy to true"},
		"role held":                 {&iamaccess.HeldError{Kind: role, Name: "app", Err: server}, "such as other policies or instance profiles. Remove that first."},
		"not shown":                 {&iamaccess.NotShownError{What: "policy Access"}, "IAM accepted the policy Access, but went on showing something else"},
		"policies of a user":        {&iamaccess.PolicyLimitError{Kind: user, Holder: "app", Max: 2048, Err: server}, `All inline policies of the user "app" may have 2048 characters together`},
		"policies of a role":        {&iamaccess.PolicyLimitError{Kind: role, Holder: "app", Max: 10240, Err: server}, "split the access over two roles."},
		"unknown principal":         {&iamaccess.UnknownPrincipalError{Err: server}, "did not recognize a principal in the trust policy"},
		"full profile":              {&iamaccess.FullProfileError{Profile: "app", Err: server}, `The instance profile "app" holds another role`},
		"too many keys":             {&iamaccess.KeyLimitError{User: "app", Keys: keys, Err: server}, `"app" has the older AKIA2 (Inactive, created 2026-01-02T02:04:05Z) and the newer AKIA1 (Active, created 2026-01-02T03:04:05Z). ` + "`terraform state show`"},
		"no key left":               {&iamaccess.LostKeyError{User: "app", Err: server}, "No new key has shown up"},
		"a key left":                {&iamaccess.LostKeyError{User: "app", Appeared: []string{"AKIA1"}, Err: server}, "delete it (aws iam delete-access-key --user-name app --access-key-id AKIA1), and apply again"},
		"keys left":                 {&iamaccess.LostKeyError{User: "app", Appeared: []string{"AKIA1", "AKIA2"}, Err: server}, "The keys AKIA1 and AKIA2 have appeared since"},
		"keys not listed":           {&iamaccess.LostKeyError{User: "app", Unlisted: true, Err: server}, "Whether IAM has made a key could not be learned"},
		"hidden key":                {&iamaccess.HiddenKeyError{ID: "AKIA1", Err: server}, "there is no access key AKIA1 in this account"},
		"PGP key at Keybase":        {&iamaccess.PGPKeyError{Fault: iamaccess.PGPAtKeybase}, "Paste the key itself"},
		"several PGP keys":          {&iamaccess.PGPKeyError{Fault: iamaccess.PGPSeveral}, "Give one public key"},
		"expired PGP key":           {&iamaccess.PGPKeyError{Fault: iamaccess.PGPUnusable}, "has expired"},
		"private PGP key":           {&iamaccess.PGPKeyError{Fault: iamaccess.PGPPrivate}, "consider it known to others"},
		"PGP key not encoded":       {&iamaccess.PGPKeyError{Fault: iamaccess.PGPNotEncoded}, "one of these two forms"},
		"PGP armour broken":         {&iamaccess.PGPKeyError{Fault: iamaccess.PGPBrokenBlock}, "Give the whole block"},
		"other PGP block":           {&iamaccess.PGPKeyError{Fault: iamaccess.PGPOtherBlock}, "Give a PGP PUBLIC KEY BLOCK"},
		"unreadable PGP key":        {&iamaccess.PGPKeyError{Fault: iamaccess.PGPUnreadable}, "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Remedy(fmt.Errorf("wrapped: %w", tt.err)); !strings.Contains(got, tt.want) {
				t.Errorf("got the remedy %q, want %q in it", got, tt.want)
			}
		})
	}
}
